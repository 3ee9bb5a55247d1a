import { assertEquals, assertFalse } from "@std/assert";
import { column, DB } from "../../src/sqlite/mod.ts";
import { assertStoreError } from "./fixtures.ts";

const BASE = { id: column.id(), name: column.text(), n: column.integer() };

function filled(db: DB, columns: Record<string, unknown> = BASE) {
  const table = db.createTable("t", columns as typeof BASE);
  table.insert([{ name: "a", n: 1 }, { name: "b", n: null }]);
  return table;
}

const UNIQUE = { ...BASE, n: column.integer({ unique: true }) };

function withDuplicates(db: DB) {
  filled(db).insert([{ name: "c", n: 1 }, { name: "d", n: 2 }]);
}

Deno.test("migration: conflicts fail by default; the error names the rows", () => {
  using db = new DB(":memory:");
  withDuplicates(db);
  const before = db.table("t").all();
  assertStoreError(
    () => db.createTable("t", UNIQUE),
    'Cannot migrate the table "t"',
    "rowid 3",
    "UNIQUE constraint failed",
  );
  assertEquals(db.table("t").all(), before);
  assertEquals(db.getSchema().map(({ name }) => name), [
    "sqlite_sequence",
    "t",
  ]);
  assertEquals(db.pragma("foreign_keys"), 1);
  assertFalse(db.driver.inTransaction);
});

Deno.test("migration: NOT NULL without a default names the rows in its way", () => {
  using db = new DB(":memory:");
  filled(db);
  assertStoreError(
    () =>
      db.createTable("t", { ...BASE, n: column.integer({ notNull: true }) }),
    "rowid 2 (NOT NULL constraint failed",
  );
});

Deno.test("migration: at most five rows are named", () => {
  using db = new DB(":memory:");
  filled(db).insert(Array.from({ length: 20 }, () => ({ n: null })));
  const error = assertStoreError(() =>
    db.createTable("t", { ...BASE, n: column.integer({ notNull: true }) })
  );
  assertEquals(error.message.match(/rowid/g)?.length, 5);
});

Deno.test("migration: onConflict ignore keeps what fits", () => {
  using db = new DB(":memory:");
  withDuplicates(db);
  const table = db.createTable("t", UNIQUE, {
    migrate: { onConflict: "ignore" },
  });
  assertEquals(table.orderBy("id").pluck("name"), ["a", "b", "d"]);
});

Deno.test("migration: onConflict replace lets the later row win", () => {
  using db = new DB(":memory:");
  withDuplicates(db);
  const table = db.createTable("t", UNIQUE, {
    migrate: { onConflict: "replace" },
  });
  assertEquals(table.orderBy("id").pluck("name"), ["b", "c", "d"]);
});

Deno.test("migration: another onConflict is refused", () => {
  using db = new DB(":memory:");
  withDuplicates(db);
  const migrate = { onConflict: "shrug" as "fail" };
  assertStoreError(() => db.createTable("t", UNIQUE, { migrate }), "shrug");
});

Deno.test("migration: the suffix is free to choose, and a left-over is avoided", () => {
  using db = new DB(":memory:");
  filled(db);
  db.run("CREATE TABLE t_mine (kept)");
  db.createTable("t", { ...BASE, x: column.text() }, {
    migrate: { tempTableSuffix: "_mine" },
  });
  assertEquals(db.getTableInfo("t_mine").length, 1);
  assertEquals(db.table("t").count(), 2);
});

Deno.test("migration: the comment stays", () => {
  using db = new DB(":memory:");
  db.createTable("t", BASE, { comment: "mine" });
  db.createTable("t", { ...BASE, x: column.text() });
  assertEquals(db.getTableComment("t"), "mine");
});

Deno.test("migration: inside a transaction it is refused where rows refer", () => {
  using db = new DB(":memory:");
  filled(db);
  const child = db.createTable("c", {
    t: column.foreignKey("t", "id", { onDelete: "CASCADE" }),
  });
  child.insert({ t: 1 });
  const columns = { ...BASE, x: column.text() };
  assertStoreError(
    () => db.transaction(() => db.createTable("t", columns)),
    "call createTable before the transaction",
  );
  assertEquals(child.count(), 1);
});

Deno.test("migration: inside a transaction it works where nothing refers", () => {
  using db = new DB(":memory:");
  filled(db);
  const table = db.transaction(() =>
    db.createTable("t", { ...BASE, x: column.text() })
  );
  assertEquals(table.count(), 2);
  assertEquals(db.getTableInfo("t").length, 4);
});

Deno.test("migration: foreign keys that were off stay off", () => {
  using db = new DB(":memory:", { pragmas: [["foreign_keys", "OFF"]] });
  filled(db);
  db.createTable("t", { ...BASE, x: column.text() });
  assertEquals(db.pragma("foreign_keys"), 0);
});

Deno.test("migration: a table without rowid names its rows by key", () => {
  using db = new DB(":memory:");
  const columns = { k: column.text({ primaryKey: true }), n: column.integer() };
  db.createTable("t", columns, { withoutRowId: true }).insert({ k: "key" });
  assertStoreError(
    () =>
      db.createTable("t", {
        ...columns,
        n: column.integer({ notNull: true }),
      }, { withoutRowId: true }),
    "k key (NOT NULL constraint failed",
  );
});

for (const count of [3, 1_500]) {
  Deno.test(`migration: ${count} rows keep everything around them`, () => {
    using db = new DB(":memory:");
    const t = db.createTable("t", { ...BASE, own: column.foreignKey("t") });
    t.insertBatch(Array.from({ length: count }, (_, i) => ({ id: i + 5 })));
    t.where({ id: 5 }).update({ own: 6 });
    db.run(
      "CREATE TABLE log (n); CREATE VIEW v AS SELECT id FROM t; " +
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (1); END",
    );
    db.createIndex("i", "t", "own");
    db.table("t").where({ id: count + 4 }).delete();
    const more = { ...BASE, own: column.foreignKey("t"), z: column.text() };
    db.createTable("t", more);
    assertEquals(db.table("log").count(), 0);
    assertEquals(db.table("v").count(), count - 1);
    assertEquals(db.table("t").insert({ own: 5 }).insertId, count + 5);
    assertEquals(db.table("log").count(), 1);
    assertEquals(db.getIndexes("t").map(({ name }) => name), ["i"]);
    assertEquals(db.getForeignKeys("t")[0]?.table, "t");
    assertEquals(db.getSchema().map(({ name }) => name).sort(), [
      "g",
      "i",
      "log",
      "sqlite_sequence",
      "t",
      "v",
    ]);
    assertEquals(db.integrityCheck(), [{ integrity_check: "ok" }]);
  });
}
