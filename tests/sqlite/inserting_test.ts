import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { column, DB } from "../../src/sqlite/mod.ts";
import { assertStoreError, People } from "./fixtures.ts";

Deno.test("insert() reports id and changes of one row", () => {
  using people = new People();
  assertEquals(people.table.insert({ name: "a" }), {
    insertId: 1,
    lastInsertRowid: 1,
    changes: 1,
  });
});

Deno.test("insert() inserts each of several rows; the id is the last one's", () => {
  using people = new People();
  assertEquals(people.table.insert([{ name: "a" }, { age: 1 }]), {
    insertId: 2,
    lastInsertRowid: 2,
    changes: 2,
  });
});

Deno.test("insert() throws on every kind of violation", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    u: column.text({ unique: true, notNull: true }),
    c: column.integer({ check: "{{COLUMN}} > 0" }),
  });
  table.insert({ u: "a" });
  const error = assertStoreError(
    () => table.insert({ u: "a" }),
    "UNIQUE constraint failed: t.u",
  );
  assert(error.cause instanceof Error);
  assertStoreError(
    () => table.insert({ u: null }),
    "NOT NULL constraint failed",
  );
  assertStoreError(() => table.insert({ u: "b", c: 0 }), "CHECK constraint");
  assertStoreError(() => table.insert({ nope: 1 }), "no column named nope");
});

// AUTOINCREMENT does not give the id of an ignored row again.
Deno.test("insert() takes the first option that is true", () => {
  using people = new People([{ id: 1, email: "a", name: "old" }]);
  const { table } = people;
  const row = { email: "a", name: "new" };
  assertEquals(table.insert(row, { orIgnore: true, orReplace: true }), {
    insertId: 0,
    lastInsertRowid: 0,
    changes: 0,
  });
  assertEquals(table.insert(row, { orReplace: true, orAbort: true }), {
    insertId: 3,
    lastInsertRowid: 3,
    changes: 1,
  });
  for (const option of ["orAbort", "orFail", "orRollback"] as const) {
    assertStoreError(() => table.insert(row, { [option]: true }), "UNIQUE");
  }
  assertEquals(people.names(), ["new"]);
});

Deno.test("the insertOr… methods do what their option does", () => {
  using people = new People([{ email: "a", name: "old" }]);
  const { table } = people;
  const row = { email: "a", name: "new" };
  assertEquals(table.insertOrIgnore(row).changes, 0);
  assertEquals(table.insertOrReplace(row).changes, 1);
  assertStoreError(() => table.insertOrAbort(row), "INSERT OR ABORT");
  assertStoreError(() => table.insertOrFail(row), "INSERT OR FAIL");
  assertStoreError(() => table.insertOrRollback(row), "INSERT OR ROLLBACK");
});

Deno.test("insertAndGet() gives the stored row with its defaults", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    j: column.json(),
    d: column.integer({ default: 7 }),
  });
  assertEquals(table.insertAndGet({ j: { a: 1 } }), {
    id: 1,
    j: { a: 1 },
    d: 7,
  });
});

Deno.test("insertAndGet() sees what triggers did", () => {
  using people = new People();
  people.db.run(
    "CREATE TRIGGER g AFTER INSERT ON people BEGIN " +
      "UPDATE people SET age = 9 WHERE id = NEW.id; END",
  );
  assertEquals(people.table.insertAndGet({ name: "a" })?.age, 9);
});

Deno.test("insertAndGet() is null without an insertion or a rowid", () => {
  using people = new People([{ email: "a" }]);
  const ignored = people.table.insertAndGet({ email: "a" }, { orIgnore: true });
  assertStrictEquals(ignored, null);
  const table = people.db.createTable("w", {
    k: column.text({ primaryKey: true }),
  }, { withoutRowId: true });
  assertStrictEquals(table.insertAndGet({ k: "a" }), null);
  assertEquals(table.count(), 1);
});

Deno.test("insertAndGet() reads a table whose column is named rowid", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { rowid: column.text(), x: column.text() });
  assertEquals(table.insertAndGet({ rowid: "r", x: "1" }), {
    rowid: "r",
    x: "1",
  });
});

Deno.test("insertBatch() lists the ids of inserted rows only", () => {
  using people = new People([{ id: 5, email: "a" }]);
  assertEquals(
    people.table.insertBatch(
      [{ email: "b" }, { email: "a" }, { email: "c" }],
      { orIgnore: true },
    ),
    { insertId: 8, lastInsertRowid: 8, changes: 2, insertedIDs: [6, 8] },
  );
});

Deno.test("insertBatch() is all or nothing", () => {
  using people = new People([{ email: "a" }]);
  assertStoreError(
    () => people.table.insertBatch([{ email: "b" }, { email: "a" }]),
    "UNIQUE",
  );
  assertEquals(people.table.count(), 1);
});
