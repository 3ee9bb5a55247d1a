import { assert, assertEquals, assertNotStrictEquals } from "@std/assert";
import { column, DB, QueryBuilder } from "../../src/sqlite/mod.ts";
import { assertStoreError, People, Scratch } from "./fixtures.ts";

Deno.test("new DB() makes the file at once", () => {
  using scratch = new Scratch();
  const path = scratch.file("a.db");
  using _db = new DB(path);
  assert(Deno.statSync(path).isFile);
});

Deno.test("new DB() keeps a memory database private", () => {
  using a = new DB(":memory:");
  using b = new DB(":memory:");
  a.run("CREATE TABLE t (x)");
  assertEquals(b.getSchema(), []);
});

Deno.test("new DB() wraps the failure of a path that cannot be opened", () => {
  const error = assertStoreError(
    () => new DB("/nowhere/at/all.db"),
    'Cannot open "/nowhere/at/all.db"',
    "unable to open database file",
  );
  assert(error.cause instanceof Error);
});

Deno.test("new DB() refuses what is neither a path nor a handle", () => {
  assertStoreError(() => new DB({} as string), "neither a path");
});

Deno.test("new DB() applies pragmas in order", () => {
  using db = new DB(":memory:", {
    pragmas: [["user_version", 1], ["user_version", 2], [
      "foreign_keys",
      "OFF",
    ]],
  });
  assertEquals(db.pragma("user_version"), 2);
  assertEquals(db.pragma("foreign_keys"), 0);
});

Deno.test("new DB() closes the file again when a pragma is refused", () => {
  using scratch = new Scratch();
  assertStoreError(() =>
    new DB(scratch.file("a.db"), { pragmas: [["a b", 1]] })
  );
});

Deno.test("new DB() loads extensions after the pragmas", () => {
  assertStoreError(
    () => new DB(":memory:", { loadExtensions: ["/nowhere/ext"] }),
    'Cannot load the extension "/nowhere/ext"',
  );
});

Deno.test("loadExtension() reports what SQLite says", () => {
  using db = new DB(":memory:");
  assertStoreError(() => db.loadExtension("/nowhere/ext"), "/nowhere/ext");
});

Deno.test("getPath() is the constructor's argument", () => {
  using scratch = new Scratch();
  const path = `${scratch.path}/./a.db`;
  using db = new DB(path);
  assertEquals(db.getPath(), path);
});

Deno.test("getDb() runs and queries raw SQL", () => {
  using db = new DB(":memory:");
  const raw = db.getDb();
  raw.run("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  assertEquals(raw.run("INSERT INTO t VALUES (?)", 2), {
    changes: 1,
    lastInsertRowid: 2,
  });
  assertEquals(raw.run("INSERT INTO t VALUES (3)").lastInsertRowid, 3);
  assertEquals(raw.query("SELECT x FROM t").all(), [{ x: 1 }, { x: 2 }, {
    x: 3,
  }]);
  assertEquals(raw.all("SELECT x FROM t WHERE x > ?", 2), [{ x: 3 }]);
  raw.exec("DELETE FROM t");
  assertEquals(raw.prepare("SELECT COUNT(*) AS n FROM t").get(), { n: 0 });
});

Deno.test("table() gives a new builder each time and looks nothing up", () => {
  using db = new DB(":memory:");
  const missing = db.table("missing");
  assert(missing instanceof QueryBuilder);
  assertNotStrictEquals(missing, db.table("missing"));
  assertStoreError(() => missing.all(), "no such table: missing");
});

Deno.test("table() converts with the given parser only", () => {
  using people = new People([{ name: "a", meta: { x: 1 }, active: true }]);
  const plain = people.db.table("people");
  assertEquals(plain.value("meta"), '{"x":1}');
  assertEquals(plain.value("active"), 1);
  const parsed = people.db.table("people", { JSON: ["meta"] });
  assertEquals(parsed.value("meta"), { x: 1 });
  assertEquals(people.db.table("people", {}).value("active"), 1);
});

Deno.test("createTable() returns a builder for the table", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { id: column.id() });
  assertEquals(table.getTableName(), "t");
});

Deno.test("dropTable() drops, and throws for a missing table unless told", () => {
  using db = new DB(":memory:");
  db.createTable("t", { id: column.id() });
  db.dropTable("t");
  assertStoreError(() => db.dropTable("t"), "no such table: t");
  db.dropTable("t", { ifExists: true });
  assertEquals(db.getTableInfo("t"), []);
});

Deno.test("createIndex() takes names, orders, uniqueness and conditions", () => {
  using people = new People();
  const { db } = people;
  db.createIndex("one", "people", "name");
  db.createIndex("two", "people", [{ name: "age", order: "DESC" }, "name"], {
    unique: true,
    where: "age > 1",
    partial: "age > 2",
  });
  db.createIndex("three", "people", { name: "age" }, { partial: "age > 3" });
  const sql = (name: string) =>
    db.getSchema().find((entry) => entry.name === name)!.sql;
  assertEquals(sql("one"), 'CREATE INDEX "one" ON "people" ("name" ASC)');
  assertEquals(
    sql("two"),
    'CREATE UNIQUE INDEX "two" ON "people" ("age" DESC, "name" ASC) ' +
      "WHERE age > 1",
  );
  assertEquals(
    sql("three"),
    'CREATE INDEX "three" ON "people" ("age" ASC) WHERE age > 3',
  );
});

Deno.test("createIndex() throws for a second one unless told, and for using", () => {
  using people = new People();
  const { db } = people;
  db.createIndex("one", "people", "name");
  assertStoreError(() => db.createIndex("one", "people", "name"));
  db.createIndex("one", "people", "name", { ifNotExists: true });
  assertStoreError(
    () => db.createIndex("b", "people", "name", { using: "btree" }),
    "syntax error",
  );
  assertStoreError(() =>
    db.createIndex("c", "people", { name: "age", order: "UP" as "ASC" })
  );
});

Deno.test("dropIndex() drops, and throws for a missing index unless told", () => {
  using people = new People();
  people.db.createIndex("one", "people", "name");
  people.db.dropIndex("one");
  assertStoreError(() => people.db.dropIndex("one"));
  people.db.dropIndex("one", { ifExists: true });
});

Deno.test("getTableComment() is null without a comment or a metadata table", () => {
  using db = new DB(":memory:");
  assertEquals(db.getTableComment("t"), null);
  db.createTable("t", { id: column.id() }, { comment: "for tests" });
  db.createTable("u", { id: column.id() });
  assertEquals(db.getTableComment("t"), "for tests");
  assertEquals(db.getTableComment("u"), null);
  db.createTable("t", { id: column.id() }, { comment: "changed" });
  assertEquals(db.getTableComment("t"), "changed");
});

Deno.test("run() takes several statements", () => {
  using db = new DB(":memory:");
  db.run(
    "CREATE TABLE t (x); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)",
  );
  assertEquals(db.table("t").count(), 2);
  assertStoreError(() => db.run("NONSENSE"), "syntax error");
});

Deno.test("prepare() runs, gets and reads all with positional values", () => {
  using db = new DB(":memory:");
  db.run("CREATE TABLE t (x, y)");
  const insert = db.prepare("INSERT INTO t VALUES (?, ?)");
  assertEquals(insert.run(1, "a"), { changes: 1, lastInsertRowid: 1 });
  insert.run(true, undefined);
  const select = db.prepare("SELECT * FROM t WHERE x = ?");
  assertEquals(select.get(1), { x: 1, y: "a" });
  assertEquals(select.all(1), [{ x: 1, y: "a" }, { x: 1, y: null }]);
  assertEquals(select.get(9), null);
});
