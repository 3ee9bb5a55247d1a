import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { column, type ColumnMap, DB } from "../../src/sqlite/mod.ts";
import { COLUMNS, on, SCOPE, WAYS } from "./confined_pair.ts";
import { assertStoreError } from "./fixtures.ts";

const DEFINITIONS: Record<string, ColumnMap> = {
  "a check that ends early": {
    x: column.text({ check: "1); DROP TABLE secret; --" }),
  },
  "a check that adds a column": {
    x: column.text({ check: "1), y INT, CHECK (1" }),
  },
  "a check with a subquery": {
    x: column.text({ check: "(SELECT count(*) FROM secret) > 0" }),
  },
  "a default with a subquery": {
    x: column.text({
      default: {
        _type: "expression",
        expression: "(SELECT v FROM secret LIMIT 1)",
      },
    }),
  },
  "a default that calls out": {
    x: column.text({ default: "load_extension('x')" }),
  },
  "a check that calls out": {
    x: column.text({ check: "readfile({{COLUMN}}) > 0" }),
  },
  "a generated column that calls out": {
    x: column.text({ generated: { expression: "edit('x')" } }),
  },
  "a type that ends early": { x: { type: "TEXT); DROP TABLE secret" } },
  "raw SQL that ends early": { x: "TEXT); DROP TABLE secret; --" },
  "a reference": { x: column.foreignKey("secret") },
  "a reference in a type": { x: { type: "INTEGER REFERENCES secret" } },
  "a reference behind a comment": { x: "INTEGER REFERENCES /**/ secret(id)" },
  "a raw reference": { x: "INTEGER REFERENCES secret(id)" },
};

for (const way of WAYS) {
  for (const [name, columns] of Object.entries(DEFINITIONS)) {
    Deno.test(`a plugin's table is refused ${name} on ${way}`, () => {
      on(way, ({ db }) => {
        const before = db.getSchema();
        const other = { plugin: "evil@1.0.0", table: "other" };
        assertStoreError(() => db.confined(other).createTable(columns));
        assertStoreError(() => db.confined(SCOPE).createTable(columns));
        assertEquals(db.getSchema(), before);
        assertEquals(db.table("secret").count(), 1);
      });
    });
  }
}

for (const way of WAYS) {
  Deno.test(`a plugin's table is refused words that change when read twice on ${way}`, () => {
    on(way, ({ db }) => {
      const other = db.confined({ plugin: "evil@1.0.0", table: "other" });
      const texts = ["1", "1)); DROP TABLE secret; --"];
      const generated = {
        get expression() {
          return texts.length > 1 ? texts.shift()! : texts[0]!;
        },
      };
      assertStoreError(
        () => other.createTable({ x: { type: "INTEGER", generated } }),
        "holds several statements",
      );
      assertEquals(db.getTableInfo("other"), []);
      assertEquals(db.table("secret").count(), 1);
    });
  });
}

Deno.test("a plugin cannot call a function that the host registered", () => {
  const handle = new DatabaseSync(":memory:");
  handle.function("host_secret", () => "hidden");
  using db = DB.from(handle);
  const confined = db.confined({ plugin: "evil@1.0.0", table: "t" });
  const leaky = { x: column.text({ default: "host_secret()" }) };
  assertStoreError(() => confined.createTable(leaky), "host_secret", "evil@1");
  assertEquals(db.getTableInfo("t"), []);
  const table = confined.createTable({ x: column.text({ default: "hex(1)" }) });
  table.insert({ x: "a" });
  assertStoreError(() => table.whereRaw("x = host_secret()").all(), "evil@1");
  assertStoreError(() => confined.createTable(leaky), "host_secret");
  assertEquals(table.pluck("x"), ["a"]);
  handle.close();
});

Deno.test("a plugin's table may refer to itself, by constraint too", () => {
  on("node:sqlite", ({ db }) => {
    const references = { table: "tree", columns: ["id"] };
    const tree = db.confined({ plugin: "p@1.0.0", table: "tree" }).createTable({
      id: column.id(),
      parent: column.foreignKey("tree"),
      other: column.integer(),
    }, { constraints: { foreignKeys: [{ columns: ["other"], references }] } });
    assertEquals(tree.insert({ id: 1, parent: 1 }).changes, 1);
    assertStoreError(
      () =>
        db.confined({ plugin: "p@1.0.0", table: "b" }).createTable({
          x: column.integer(),
        }, {
          constraints: {
            foreignKeys: [{
              columns: ["x"],
              references: { table: "secret", columns: ["id"] },
            }],
          },
        }),
      'refers to "secret"',
    );
  });
});

Deno.test("a plugin's table is not temporary, and is the only one", () => {
  on("node:sqlite", ({ db }) => {
    const confined = db.confined(SCOPE);
    assertStoreError(
      () => confined.createTable(COLUMNS, { temporary: true }),
      "must not be temporary",
    );
    assertStoreError(() => confined.table("secret"), 'reaches "secret"');
    assertEquals(confined.table("MINE").count(), 2);
  });
});

Deno.test("a plugin's table migrates and keeps its rows", () => {
  on("node:sqlite", ({ db }) => {
    const table = db.confined(SCOPE).createTable({
      ...COLUMNS,
      extra: column.integer({ notNull: true, default: 3 }),
    });
    assertEquals(table.pluck("extra"), [3, 3]);
  });
});
