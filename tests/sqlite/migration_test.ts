import { assert, assertEquals } from "@std/assert";
import { column, DB } from "../../src/sqlite/mod.ts";
import { assertStoreError } from "./fixtures.ts";

const BASE = { id: column.id(), name: column.text(), n: column.integer() };

function filled(db: DB, columns: Record<string, unknown> = BASE) {
  const table = db.createTable("t", columns as typeof BASE);
  table.insert([{ name: "a", n: 1 }, { name: "b", n: null }]);
  return table;
}

const CHANGES: [string, Record<string, unknown>, unknown[]][] = [
  ["an added column gets its default", {
    ...BASE,
    x: column.integer({ default: 0 }),
    y: column.boolean({ default: false }),
    z: column.text(),
  }, [
    { id: 1, name: "a", n: 1, x: 0, y: false, z: null },
    { id: 2, name: "b", n: null, x: 0, y: false, z: null },
  ]],
  ["a removed column is gone", { id: column.id(), name: column.text() }, [
    { id: 1, name: "a" },
    { id: 2, name: "b" },
  ]],
  ["a retyped column keeps its values", { ...BASE, n: column.text() }, [
    { id: 1, name: "a", n: "1" },
    { id: 2, name: "b", n: null },
  ]],
  ["an integer that becomes a boolean reads back as one", {
    ...BASE,
    n: column.boolean(),
  }, [
    { id: 1, name: "a", n: true },
    { id: 2, name: "b", n: null },
  ]],
  ["a column made NOT NULL fills in its default", {
    ...BASE,
    n: column.integer({ notNull: true, default: 7 }),
  }, [
    { id: 1, name: "a", n: 1 },
    { id: 2, name: "b", n: 7 },
  ]],
  ["a column whose case changes keeps its values", {
    id: column.id(),
    Name: column.text(),
  }, [
    { id: 1, Name: "a" },
    { id: 2, Name: "b" },
  ]],
  ["a generated column computes its values", {
    ...BASE,
    twice: column.integer({ generated: { expression: "n * 2" } }),
  }, [
    { id: 1, name: "a", n: 1, twice: 2 },
    { id: 2, name: "b", n: null, twice: null },
  ]],
];

for (const [name, columns, rows] of CHANGES) {
  Deno.test(`migration: ${name}`, () => {
    using db = new DB(":memory:");
    filled(db);
    const table = db.createTable("t", columns as typeof BASE);
    assertEquals<unknown>(table.orderBy("id").all(), rows);
    assertEquals(db.pragma("foreign_keys"), 1);
    assertEquals(db.pragma("legacy_alter_table"), 0);
  });
}

Deno.test("migration: text that becomes JSON reads back parsed", () => {
  using db = new DB(":memory:");
  db.createTable("t", { id: column.id(), j: column.text() })
    .insert({ j: '{"a":1}' });
  const table = db.createTable("t", { id: column.id(), j: column.json() });
  assertEquals(table.value("j"), { a: 1 });
});

Deno.test("migration: an older builder works on, without the new parser", () => {
  using db = new DB(":memory:");
  const old = db.createTable("t", { id: column.id(), j: column.text() });
  old.insert({ j: "[1]" });
  assertEquals(old.all(), [{ id: 1, j: "[1]" }]);
  db.createTable("t", { id: column.id(), j: column.json(), x: column.text() });
  assertEquals(old.all(), [{ id: 1, j: "[1]", x: null }]);
});

Deno.test("migration: an equal or reordered definition changes nothing", () => {
  using db = new DB(":memory:");
  filled(db);
  const before = db.getSchema();
  db.createTable("t", BASE);
  db.createTable("t", { n: BASE.n, name: BASE.name, id: BASE.id });
  assertEquals(db.getSchema(), before);
});

Deno.test("migration: a table made or altered by hand is compared by meaning", () => {
  using db = new DB(":memory:");
  db.run(
    "create table T (\n  id integer primary key autoincrement, -- the key\n" +
      "  [name] text\n); ALTER TABLE t ADD COLUMN n INTEGER",
  );
  const before = db.getSchema();
  db.createTable("t", BASE);
  assertEquals(db.getSchema(), before);
});

for (
  const [name, options] of [
    ["a table constraint", { constraints: { unique: ["name"] } }],
    ["WITHOUT ROWID", { withoutRowId: true }],
  ] as const
) {
  Deno.test(`migration: ${name} that is new triggers it`, () => {
    using db = new DB(":memory:");
    const columns = { name: column.text({ primaryKey: true }) };
    db.createTable("t", columns).insert({ name: "a" });
    const before = db.getSchema()[1]!.sql;
    const table = db.createTable("t", columns, options);
    assert(
      db.getSchema().some(({ sql, name }) => name === "t" && sql !== before),
    );
    assertEquals(table.pluck("name"), ["a"]);
  });
}

Deno.test("migration: indexes, triggers and unique keys survive", () => {
  using db = new DB(":memory:");
  filled(db);
  db.createIndex("by_name", "t", "name", { unique: true });
  db.run("CREATE TRIGGER g AFTER DELETE ON t BEGIN UPDATE t SET n = 9; END");
  const table = db.createTable("t", { ...BASE, x: column.text() });
  assertStoreError(() => table.insert({ name: "a" }), "UNIQUE");
  table.where({ id: 2 }).delete();
  assertEquals(table.value("n"), 9);
});

Deno.test("migration: an index on a removed column is reported, not fatal", () => {
  const warnings: string[] = [];
  using db = new DB(":memory:", {}, { warn: (text) => warnings.push(text) });
  filled(db);
  db.createIndex("by_n", "t", "n");
  db.createTable("t", { id: column.id(), name: column.text() });
  assertEquals(warnings.length, 1);
  assert(warnings[0]!.startsWith('Cannot carry "by_n" over'));
});

Deno.test("migration: foreign keys and the rows that refer survive", () => {
  using db = new DB(":memory:");
  filled(db);
  const child = db.createTable("c", {
    t: column.foreignKey("t", "id", { onDelete: "CASCADE" }),
  });
  child.insert({ t: 1 });
  const table = db.createTable("t", { ...BASE, x: column.text() });
  assertEquals(child.all(), [{ t: 1 }]);
  assertStoreError(() => child.insert({ t: 99 }), "FOREIGN KEY");
  table.where({ id: 1 }).delete();
  assertEquals(child.all(), []);
});

Deno.test("migration: a table that refers to itself survives", () => {
  using db = new DB(":memory:");
  const columns = { id: column.id(), parent: column.foreignKey("t") };
  db.createTable("t", columns).insert([{ id: 1 }, { id: 2, parent: 1 }]);
  const table = db.createTable("t", { ...columns, x: column.text() });
  assertEquals(table.orderBy("id").pluck("parent"), [null, 1]);
  assertStoreError(() => table.insert({ parent: 9 }), "FOREIGN KEY");
});

Deno.test("migration: rows that would lose their parent make it fail", () => {
  using db = new DB(":memory:");
  filled(db);
  db.createTable("c", { t: column.foreignKey("t") }).insert({ t: 1 });
  assertStoreError(
    () =>
      db.createTable("t", { ...BASE, x: column.text() }, {
        migrate: { preserveData: false },
      }),
    "FOREIGN KEY constraint failed",
    'row 1 of "c"',
  );
  assertEquals(db.table("t").count(), 2);
});

Deno.test("migration: a view over the table survives", () => {
  using db = new DB(":memory:");
  filled(db);
  db.run("CREATE VIEW v AS SELECT name FROM t");
  db.createTable("t", { ...BASE, x: column.text() });
  assertEquals(db.table("v").pluck("name"), ["a", "b"]);
});

Deno.test("migration: ids are never given again", () => {
  using db = new DB(":memory:");
  const old = filled(db);
  old.insert({ id: 50 });
  old.where({ id: 50 }).delete();
  const table = db.createTable("t", { ...BASE, x: column.text() });
  assertEquals(table.insert({ name: "c" }).insertId, 51);
});

Deno.test("migration: without AUTOINCREMENT any more there is no sequence", () => {
  using db = new DB(":memory:");
  filled(db);
  db.createTable("t", {
    ...BASE,
    id: column.integer({ primaryKey: true }),
  });
  assertEquals(db.table("sqlite_sequence").where({ name: "t" }).count(), 0);
});

Deno.test("migration: names with spaces, quotes and keywords keep their data", () => {
  using db = new DB(":memory:");
  const name = 'odd "table" name';
  const columns = {
    "unique thing": column.text(),
    'q"uote': column.text(),
    check: column.text(),
    constraint: column.text(),
  };
  const row = {
    "unique thing": "1",
    'q"uote': "2",
    check: "3",
    constraint: "4",
  };
  db.createTable(name, columns).insert(row);
  const table = db.createTable(name, { ...columns, x: column.text() });
  assertEquals(table.all(), [{ ...row, x: null }]);
});

Deno.test("migration: changed checks are enforced afterwards", () => {
  using db = new DB(":memory:");
  filled(db);
  const table = db.createTable("t", {
    ...BASE,
    n: column.integer({ check: "{{COLUMN}} < 5" }),
  });
  assertStoreError(() => table.insert({ n: 5 }), "CHECK");
});

Deno.test("migration: preserveData: false empties the table", () => {
  using db = new DB(":memory:");
  filled(db);
  const table = db.createTable("t", { ...BASE, x: column.text() }, {
    migrate: { preserveData: false },
  });
  assertEquals(table.count(), 0);
});

Deno.test("migration: a table that shares no column is emptied", () => {
  using db = new DB(":memory:");
  filled(db);
  assertEquals(db.createTable("t", { x: column.text() }).count(), 0);
});
