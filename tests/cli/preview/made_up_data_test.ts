import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { madeUpData } from "../../../src/cli/preview/made_up_data.ts";
import { madeUpRows } from "../../../src/cli/preview/made_up_rows.ts";
import { madeUpValue } from "../../../src/cli/preview/made_up_value.ts";
import { column, DB } from "../../../src/sqlite/mod.ts";

Deno.test("madeUpData() makes rows of what a table's columns name", () => {
  const template = {
    widgets: [{
      type: "table",
      props: { columns: [{ key: "id", title: "No." }, { key: "host.name" }] },
      bindings: { data: "data.entries" },
    }, {
      type: "dataTable",
      props: { dataKey: "other", columns: ["title"] },
    }],
  };
  assertEquals(
    madeUpData(template, "entries"),
    [1, 2, 3].map((n) => ({
      id: n,
      host: { name: `name ${n}` },
    })),
  );
  assertEquals(madeUpData(template, "other"), [
    { title: "title 1" },
    { title: "title 2" },
    { title: "title 3" },
  ]);
});

Deno.test("madeUpData() makes what bindings and texts read", () => {
  const template = {
    widgets: [
      { type: "text", props: { content: "{{ stats.total }} of {{host}}" } },
      { type: "badge", bindings: { text: "stats.isRunning" } },
    ],
  };
  assertEquals(madeUpData(template, "stats"), { total: 1, isRunning: true });
  assertEquals(madeUpData(template, "host"), "host 1");
  assertEquals(madeUpData(template, "nobody"), "nobody 1");
});

Deno.test("madeUpData() makes the items of loops, and of loops within", () => {
  const template = [{
    loop: { items: "stacks", itemVar: "stack" },
    props: { text: "{{stack.name}}" },
    children: [{
      loop: { items: "stack.services" },
      bindings: { text: "item.image" },
    }],
  }];
  const stacks = madeUpData(template, "stacks");
  assert(Array.isArray(stacks));
  assertEquals(stacks.length, 3);
  assertEquals(stacks[1], {
    name: "name 2",
    services: [1, 2, 3].map((n) => ({ image: `image ${n}` })),
  });
});

Deno.test("madeUpData() makes something of any template", () => {
  fc.assert(fc.property(fc.anything(), fc.string(), (template, key) => {
    madeUpData(template, key);
  }));
});

Deno.test("madeUpValue() goes by the words of a name", () => {
  const kinds = (names: string[]) =>
    names.map((name) => typeof madeUpValue(name, 0));
  assertEquals(
    kinds(["id", "userId", "cpu_percent", "portNumber", "count"]),
    Array(5).fill("number"),
  );
  assertEquals(kinds(["isRunning", "enabled"]), ["boolean", "boolean"]);
  assertEquals(madeUpValue("createdAt", 1), "2026-01-01T01:00:00.000Z");
  assertEquals(madeUpValue("valid", 0), "valid 1");
});

Deno.test("madeUpRows() makes rows that a table takes", () => {
  using db = new DB(":memory:");
  const columns = {
    id: column.id(),
    name: column.text({ notNull: true, unique: true }),
    code: column.varchar(3, { unique: true }),
    size: column.integer({ notNull: true, unique: true }),
    load: column.real(),
    seen: column.datetime({ notNull: true }),
    on: column.boolean({ notNull: true }),
    tags: column.json({ notNull: true }),
    raw: column.blob(),
    upper: { type: "TEXT", generated: { expression: "upper(name)" } },
  };
  const config = { name: "things", columns, parser: { JSON: ["tags"] } };
  const table = db.createTable("things", columns, { parser: config.parser });
  const rows = madeUpRows(config, 20);
  for (const row of rows) table.insert(row);
  const found = table.select(["*"]).all();
  assertEquals(found.length, 20);
  assertEquals(found[1]!.upper, "NAME 2");
  assertEquals(found[1]!.tags, { tags: 2 });
  assert(found.every(({ code }) => String(code).length <= 3));
});
