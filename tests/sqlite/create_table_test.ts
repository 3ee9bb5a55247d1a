import { assert, assertEquals, assertMatch } from "@std/assert";
import { column, DB, sql } from "../../src/sqlite/mod.ts";
import { assertStoreError } from "./fixtures.ts";

Deno.test("createTable() leaves an existing equal table untouched", () => {
  using db = new DB(":memory:");
  const columns = { id: column.id(), name: column.text() };
  db.createTable("t", columns).insert({ name: "a" });
  const before = db.getSchema();
  const again = db.createTable("t", columns, { ifNotExists: true });
  assertEquals(again.all(), [{ id: 1, name: "a" }]);
  assertEquals(db.getSchema(), before);
});

Deno.test("createTable() migrates a table that differs, also with ifNotExists", () => {
  using db = new DB(":memory:");
  db.createTable("t", { id: column.id() }).insert({ id: 4 });
  const table = db.createTable("t", { id: column.id(), x: column.text() }, {
    ifNotExists: true,
  });
  assertEquals(table.all(), [{ id: 4, x: null }]);
});

for (const migrate of [false, { enabled: false }]) {
  Deno.test(`createTable() leaves the table alone with migrate: ${JSON.stringify(migrate)}`, () => {
    using db = new DB(":memory:");
    db.createTable("t", { id: column.id() });
    db.createTable("t", { id: column.id(), x: column.text() }, { migrate });
    assertEquals(db.getTableInfo("t").map(({ name }) => name), ["id"]);
  });
}

Deno.test("createTable() never migrates a name that starts with temp_", () => {
  using db = new DB(":memory:");
  db.createTable("temp_t", { id: column.id() });
  db.createTable("temp_t", { id: column.id(), x: column.text() });
  assertEquals(db.getTableInfo("temp_t").map(({ name }) => name), ["id"]);
});

Deno.test("createTable() makes temporary tables, a second time without error", () => {
  using db = new DB(":memory:");
  const options = { temporary: true };
  db.createTable("t", { id: column.id() }, options).insert({ id: 1 });
  const again = db.createTable("t", { id: column.id() }, options);
  assertEquals(again.count(), 1);
  assertEquals(db.getSchema().filter(({ name }) => name === "t"), []);
});

Deno.test("createTable() makes a table named :memory: temporary", () => {
  using db = new DB(":memory:");
  db.createTable(":memory:", { id: column.id() }).insert({ id: 1 });
  assertEquals(db.createTable(":memory:", { id: column.id() }).count(), 1);
  assertEquals(db.getSchema().filter(({ name }) => name === ":memory:"), []);
});

Deno.test("createTable() rethrows every other SQL error", () => {
  using db = new DB(":memory:");
  assertStoreError(
    () => db.createTable("t", { a: "TEXT NONSENSE (1, 2, 3)" }),
    "CREATE TABLE",
  );
  db.run("CREATE VIEW v AS SELECT 1");
  assertStoreError(() => db.createTable("v", { a: column.text() }), "exists");
});

Deno.test("createTable() makes tables without rowid", () => {
  using db = new DB(":memory:");
  db.createTable("t", { k: column.text({ primaryKey: true }) }, {
    withoutRowId: true,
  });
  assertMatch(db.getSchema()[0]!.sql!, /WITHOUT ROWID$/);
});

Deno.test("createTable() detects JSON, BOOLEAN and dates by declared type", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    a: column.json(),
    b: column.boolean(),
    c: column.date(),
    d: column.datetime(),
    e: { type: "TIMESTAMP" },
    f: column.timestamp(),
    g: column.module(),
    h: column.text(),
  }, { parser: { JSON: ["a", "h"], DATE: ["f"], MODULE: { g: {} } } });
  assertEquals<unknown>(table.getParser(), {
    JSON: ["a", "h"],
    BOOLEAN: ["b"],
    DATE: ["c", "d", "e", "f"],
    MODULE: ["g"],
    UNIX: { f: "s" },
  });
});

Deno.test("createTable() detects nothing in columns of raw SQL", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { a: "JSON", b: "BOOLEAN" });
  assertEquals<unknown>(table.getParser(), {
    JSON: [],
    BOOLEAN: [],
    DATE: [],
    MODULE: [],
  });
});

Deno.test("createTable() honours table constraints", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { a: column.text(), b: column.text() }, {
    constraints: { primaryKey: ["a", "b"], check: ["a <> b"] },
  });
  table.insert({ a: "1", b: "2" });
  assertStoreError(() => table.insert({ a: "1", b: "2" }), "UNIQUE");
  assertStoreError(() => table.insert({ a: "1", b: "1" }), "CHECK");
});

Deno.test("column defaults are what they say", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    created: column.createdAt(),
    iso: column.createdAt({ asText: true }),
    uuid: column.uuid({ generateDefault: true }),
    updated: column.updatedAt(),
    now: column.text({ default: sql.now() }),
  });
  const row = table.insertAndGet({ id: 1 })!;
  const now = Date.now();
  assert(Math.abs(row.created - now / 1000) < 60);
  assert(Math.abs(row.iso.getTime() - now) < 60_000);
  assertMatch(
    row.uuid,
    /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  );
  assertEquals(typeof row.updated, "number");
  assertMatch(row.now, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

Deno.test("column checks hold: boolean, enum, validated JSON", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    b: column.boolean(),
    e: column.enum(["x", "it's"], { notNull: false }),
    j: column.json({ validateJson: true }),
  });
  table.insert({ b: null, e: "it's", j: { a: 1 } });
  assertStoreError(() => table.insert({ b: 2 }), "CHECK constraint failed");
  assertStoreError(() => table.insert({ e: "y" }), "CHECK constraint failed");
  table.insert([{ j: "{" }, { j: "007" }, { j: "text" }, { j: null }, {
    j: 5,
  }]);
  assertStoreError(
    () => db.driver.run("INSERT INTO t (j) VALUES ('{')"),
    "CHECK constraint failed",
  );
});
