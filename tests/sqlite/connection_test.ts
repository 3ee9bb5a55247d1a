import {
  assert,
  assertEquals,
  assertFalse,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { column, DB } from "../../src/sqlite/mod.ts";
import { assertStoreError, People, Scratch } from "./fixtures.ts";

Deno.test("transaction() commits what returns and gives its result", () => {
  using people = new People();
  const result = people.db.transaction(() => {
    people.table.insert({ name: "a" });
    return 42;
  });
  assertEquals(result, 42);
  assertEquals(people.names(), ["a"]);
});

Deno.test("transaction() rolls back what throws and rethrows it", () => {
  using people = new People();
  const boom = new TypeError("boom");
  const thrown = assertThrows(() =>
    people.db.transaction(() => {
      people.table.insert({ name: "a" });
      throw boom;
    })
  );
  assertStrictEquals(thrown, boom);
  assertEquals(people.names(), []);
});

Deno.test("transaction() nests through savepoints", () => {
  using people = new People();
  people.db.transaction(() => {
    people.table.insert({ name: "outer" });
    assertThrows(() =>
      people.db.transaction(() => {
        people.table.insert({ name: "lost" });
        throw new TypeError("inner");
      })
    );
    people.db.transaction(() => people.table.insert({ name: "kept" }));
  });
  assertEquals(people.names(), ["outer", "kept"]);
});

Deno.test("transaction() nests inside begin() too", () => {
  using people = new People();
  people.db.begin();
  people.db.transaction(() => people.table.insert({ name: "a" }));
  people.db.rollback();
  assertEquals(people.names(), []);
});

Deno.test("transaction() refuses a function that returns a promise", () => {
  using people = new People();
  assertStoreError(
    () =>
      people.db.transaction(() => {
        people.table.insert({ name: "a" });
        return Promise.reject(new TypeError("late"));
      }),
    "returned a promise",
  );
  assertEquals(people.names(), []);
});

Deno.test("transaction() survives a conflict that rolled it back", () => {
  using people = new People([{ email: "a" }]);
  assertStoreError(
    () =>
      people.db.transaction(() =>
        people.table.insertOrRollback({ email: "a" })
      ),
    "UNIQUE constraint failed",
  );
  assertFalse(people.db.driver.inTransaction);
});

for (const mode of ["DEFERRED", "IMMEDIATE", "EXCLUSIVE"] as const) {
  Deno.test(`begin() opens a transaction in the mode ${mode}`, () => {
    using people = new People();
    people.db.begin(mode);
    people.table.insert({ name: "a" });
    people.db.commit();
    assertEquals(people.names(), ["a"]);
  });
}

Deno.test("begin() refuses another mode", () => {
  using db = new DB(":memory:");
  assertStoreError(() => db.begin("DEFERRED; DROP TABLE t" as "DEFERRED"));
});

Deno.test("commit() and rollback() throw when no transaction is open", () => {
  using db = new DB(":memory:");
  assertStoreError(() => db.commit(), "no transaction is active");
  assertStoreError(() => db.rollback(), "no transaction is active");
});

Deno.test("savepoints are released and rolled back to by any name", () => {
  using people = new People();
  const name = 'odd "name"; --';
  people.db.begin();
  people.db.savepoint(name);
  people.table.insert({ name: "a" });
  people.db.rollbackToSavepoint(name);
  people.table.insert({ name: "b" });
  people.db.releaseSavepoint(name);
  people.db.commit();
  assertEquals(people.names(), ["b"]);
});

Deno.test("vacuum() works in memory", () => {
  using db = new DB(":memory:");
  assertEquals(db.vacuum().changes, 0);
});

Deno.test("analyze() takes the whole database or one table", () => {
  using people = new People([{ name: "a" }]);
  people.db.createIndex("by_name", "people", "name");
  people.db.analyze();
  people.db.analyze("people");
  assert(people.db.table("sqlite_stat1").exists());
});

Deno.test("integrityCheck() is one row that says ok", () => {
  using people = new People();
  assertEquals(people.db.integrityCheck(), [{ integrity_check: "ok" }]);
});

Deno.test("getSchema() lists the main schema by type and name", () => {
  using db = new DB(":memory:");
  db.run(
    "CREATE TABLE b (x UNIQUE); CREATE TABLE a (x); CREATE VIEW v AS SELECT 1;" +
      "CREATE INDEX i ON a (x); CREATE TEMP TABLE t (x);" +
      "CREATE TRIGGER g AFTER INSERT ON a BEGIN SELECT 1; END",
  );
  const schema = db.getSchema();
  assertEquals(schema.map(({ type, name }) => `${type} ${name}`), [
    "index i",
    "index sqlite_autoindex_b_1",
    "table a",
    "table b",
    "trigger g",
    "view v",
  ]);
  assertEquals(schema[1]!.sql, null);
  assertEquals(Object.keys(schema[0]!), ["name", "type", "sql"]);
});

Deno.test("getTableInfo() describes columns; an unknown table has none", () => {
  using db = new DB(":memory:");
  db.run(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT NOT NULL DEFAULT 'x')",
  );
  assertEquals(db.getTableInfo("t"), [
    {
      cid: 0,
      name: "id",
      type: "INTEGER",
      notnull: 0,
      dflt_value: null,
      pk: 1,
    },
    { cid: 1, name: "n", type: "TEXT", notnull: 1, dflt_value: "'x'", pk: 0 },
  ]);
  assertEquals(db.getTableInfo("missing"), []);
});

Deno.test("getForeignKeys() describes references", () => {
  using db = new DB(":memory:");
  db.createTable("a", { id: column.id() });
  db.createTable("b", {
    a: column.foreignKey("a", "id", {
      onDelete: "CASCADE",
      onUpdate: "SET NULL",
    }),
  });
  assertEquals(db.getForeignKeys("b"), [{
    id: 0,
    seq: 0,
    table: "a",
    from: "a",
    to: "id",
    on_update: "SET NULL",
    on_delete: "CASCADE",
    match: "NONE",
  }]);
});

Deno.test("getIndexes() tells unique ones by 1", () => {
  using db = new DB(":memory:");
  db.createTable("t", { a: column.text({ unique: true }), b: column.text() });
  db.createIndex("i", "t", "b", { where: "b IS NOT NULL" });
  assertEquals(db.getIndexes("t"), [
    { seq: 0, name: "i", unique: 0, origin: "c", partial: 1 },
    {
      seq: 1,
      name: "sqlite_autoindex_t_1",
      unique: 1,
      origin: "u",
      partial: 0,
    },
  ]);
});

Deno.test("pragma() reads numbers and strings and sets values", () => {
  using db = new DB(":memory:");
  assertEquals(db.pragma("user_version"), 0);
  assertEquals(db.pragma("user_version", 7), undefined);
  assertEquals(db.pragma("user_version"), 7);
  assertEquals(db.pragma("encoding"), "UTF-8");
  db.pragma("foreign_keys", false);
  assertEquals(db.pragma("foreign_keys"), 0);
  assertEquals(db.pragma("main.user_version"), 7);
  assertStoreError(() => db.pragma("user_version", NaN));
});

Deno.test("close() is harmless twice; nothing works after it", () => {
  const db = new DB(":memory:");
  const table = db.createTable("t", { id: column.id() });
  const statement = db.prepare("SELECT 1");
  db.close();
  db.close();
  assert(db.driver.closed);
  assertFalse(db.driver.inTransaction);
  assertStoreError(() => table.all(), "it is closed");
  assertStoreError(() => db.run("SELECT 1"), "it is closed");
  assertStoreError(() => statement.get());
});

Deno.test("DB.from() leaves the host's handle open", () => {
  const handle = new DatabaseSync(":memory:");
  const db = DB.from(handle);
  db.createTable("t", { id: column.id() }).insert({ id: 3 });
  db.close();
  assertEquals(handle.prepare("SELECT id FROM t").get()!.id, 3);
  handle.close();
  assert(db.driver.closed);
});

Deno.test("a file database is in WAL mode, waits, and enforces foreign keys", () => {
  using scratch = new Scratch();
  using db = new DB(scratch.file("a.db"));
  assertEquals(db.pragma("journal_mode"), "wal");
  assertEquals(db.pragma("busy_timeout"), 5000);
  assertEquals(db.pragma("foreign_keys"), 1);
});
