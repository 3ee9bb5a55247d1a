import { assertEquals, assertMatch } from "@std/assert";
import { contributionsOf, issuesOf } from "./definitions.ts";

Deno.test("definitionOf() merges jsonColumns into parser.JSON", () => {
  const table = {
    name: "t",
    columns: { a: { type: "JSON" }, b: { type: "JSON" } },
    jsonColumns: ["a", "b"],
    parser: { JSON: ["b", "c"], DATE: ["a"] },
  };
  const { table: read, warnings } = contributionsOf({ config: { table } });
  assertEquals<unknown>(read, {
    name: "t",
    columns: table.columns,
    parser: { JSON: ["b", "c", "a"], DATE: ["a"] },
  });
  assertEquals(warnings, [
    'config.table.parser names the column "c", which the table does not have',
  ]);
});

Deno.test("definitionOf() hands the strictness of a table to its columns", () => {
  const columns = {
    a: { type: "TEXT" },
    b: { type: "TEXT", strictTypes: false },
  };
  const table = { name: "t", columns, strictTypes: true };
  assertEquals<unknown>(contributionsOf({ config: { table } }).table?.columns, {
    a: { type: "TEXT", strictTypes: true },
    b: { type: "TEXT", strictTypes: false },
  });
  assertEquals(issuesOf({ config: { table: { ...table, strictTypes: 1 } } }), [
    "config|table|strictTypes must be true or false, and is a number",
  ]);
});

Deno.test("definitionOf() refuses tables of other names than plain identifiers", () => {
  const reserved = [
    "plugins",
    "PLUGINS",
    "repositories",
    "sqlite_master",
    "plugin_handler_x",
    "__table_metadata__",
  ];
  const malformed = ["", "1a", "a b", "a;b", "a-b", 'a"b', "größe", "a\n"];
  for (const name of [...reserved, ...malformed]) {
    const table = { name, columns: { a: { type: "TEXT" } } };
    assertMatch(
      issuesOf({ config: { table } })[0]!,
      /^config\|table\|name must/,
    );
  }
  for (const name of ["plugins_", "_t", "T9", "my_sqlite_table"]) {
    const table = { name, columns: { a: { type: "TEXT" } } };
    assertEquals(contributionsOf({ config: { table } }).table?.name, name);
  }
});

Deno.test("definitionOf() says what is wrong with columns", () => {
  const issuesFor = (columns: unknown) =>
    issuesOf({ config: { table: { name: "t", columns } } });
  assertEquals(issuesFor({}), [
    "config|table|columns must be an object of columns, and is empty",
  ]);
  assertEquals(issuesFor(["a"]), [
    "config|table|columns must be an object of columns, and is an array",
  ]);
  assertEquals(issuesFor({ a: "TEXT" }), [
    "config|table|columns|a must be made with column, or have a type",
  ]);
});
