/** What the adapter for `@db/sqlite` does about the library's hazards. */
import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { column, DB, type Row } from "../../src/sqlite/mod.ts";
import { ShapedDatabase, SqliteError } from "./db_sqlite_shape.ts";
import { assertStoreError, Scratch } from "./fixtures.ts";

class Opened implements Disposable {
  readonly handle: ShapedDatabase;
  readonly db: DB;

  constructor(path = ":memory:") {
    this.handle = new ShapedDatabase(path);
    this.db = DB.from(this.handle);
  }

  [Symbol.dispose](): void {
    this.db.close();
    this.handle.close();
  }
}

Deno.test("the double executes column names, and cuts ids and statements off", () => {
  using handle = new ShapedDatabase(":memory:");
  const name = 'x": (globalThis.RAN = 1), "y';
  handle.prepare(`SELECT 1 AS "${name.replaceAll('"', '""')}"`).all();
  assertEquals((globalThis as Row).RAN, 1);
  delete (globalThis as Row).RAN;
  handle.exec("CREATE TABLE t (id INTEGER PRIMARY KEY UNIQUE, v)");
  handle.prepare("INSERT INTO t VALUES (?, ?)").run(1795646000123, 1e20);
  assertEquals(handle.lastInsertRowId, 349670395);
  handle.int64 = true;
  assertEquals(handle.prepare("SELECT v FROM t").value(), [
    7766279631452241920n,
  ]);
  assertEquals(handle.prepare("SELECT 'ü', 12").value(), ["ü", 1]);
  const insert = handle.prepare("INSERT INTO t (id) VALUES (1795646000123)");
  assertThrows(() => insert.run(), Error, "UNIQUE constraint failed");
  assertThrows(() => insert.finalize(), SqliteError, "19");
  assertEquals(
    handle.prepare("SELECT json_object('a', 1) AS x").get(),
    { x: { a: 1 } },
  );
});

Deno.test("names of columns stay names, whatever they hold", () => {
  using opened = new Opened();
  const evil = 'x": (globalThis.RAN = 1), "y';
  for (const name of [evil, 'a"b', "__proto__", "constructor", "`", "ü\n"]) {
    const table = opened.db.createTable("t", {
      id: column.id(),
      [name]: column.text(),
    });
    table.insert({ [name]: "value" });
    for (const row of [table.first()!, table.all()[0]!]) {
      assertEquals(Object.entries(row), [["id", 1], [name, "value"]]);
    }
    opened.db.dropTable("t");
  }
  assertFalse("RAN" in globalThis);
});

Deno.test("a violation, then a change of the schema, then a read", () => {
  using opened = new Opened();
  const { db } = opened;
  db.run(
    "CREATE TABLE t (a UNIQUE NOT NULL CHECK (a < 9), b REFERENCES t (a))",
  );
  const table = db.table("t");
  table.insert({ a: 1 });
  for (const row of [{ a: 1 }, { a: null }, { a: 10 }, { a: 2, b: 5 }]) {
    assertStoreError(() => table.insert(row), "constraint failed");
    db.run("CREATE TABLE IF NOT EXISTS other (x)");
    assertEquals(table.all(), [{ a: 1, b: null }]);
    assertStoreError(() => table.insert(row), "constraint failed");
    db.driver.run("DROP TABLE other");
    assertEquals(table.count(), 1);
  }
});

Deno.test("a violation leaves nothing behind that closing trips over", () => {
  for (const first of ["db", "handle"] as const) {
    const handle = new ShapedDatabase(":memory:");
    const db = DB.from(handle);
    db.run("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)");
    assertStoreError(() => db.table("t").insert({ a: 1 }));
    if (first === "db") db.close();
    handle.close();
    db.close();
    assertEquals(handle.statements.size, 0);
  }
});

Deno.test("every use after the host closed its handle is refused", () => {
  const handle = new ShapedDatabase(":memory:");
  const db = DB.from(handle);
  const table = db.createTable("t", { id: column.id(), n: column.integer() });
  table.insert({ n: 1 });
  const kept = db.driver.prepare("SELECT * FROM t");
  const prepared = db.prepare("SELECT * FROM t");
  const confined = db.confined({ plugin: "p@1.0.0", table: "t" }).table("t");
  confined.all();
  handle.close();
  const uses: (() => unknown)[] = [
    () => table.all(),
    () => table.first(),
    () => table.insert({ n: 2 }),
    () => table.insertBatch([{ n: 1 }, { n: 2 }]),
    () => kept.all(),
    () => kept.get(),
    () => kept.run(),
    () => prepared.all(),
    () => confined.all(),
    () => db.run("SELECT 1"),
    () => db.transaction(() => 1),
    () => db.begin(),
    () => db.vacuum(),
    () => db.pragma("user_version"),
    () => db.getDb().run("SELECT 1"),
    () => db.getSchema(),
    () => db.createTable("u", { id: column.id() }),
    () => db.loadExtension("x"),
    () =>
      db.confined({ plugin: "p@1.0.0", table: "u" }).createTable({
        id: column.id(),
      }),
    () => DB.from(handle),
  ];
  for (const use of uses) assertStoreError(use, "it is closed");
  assertFalse(db.driver.inTransaction);
  db.close();
  db.close();
});

Deno.test("a handle that is closed inside of a transaction is refused too", () => {
  const handle = new ShapedDatabase(":memory:");
  using db = DB.from(handle);
  const table = db.createTable("t", { id: column.id() });
  assertStoreError(
    () =>
      db.transaction(() => {
        handle.close();
        table.insert({ id: 1 });
      }),
    "it is closed",
  );
});

Deno.test("a statement that left the cache is prepared anew by who holds it", () => {
  using opened = new Opened();
  const { driver } = opened.db;
  const kept = driver.prepare("SELECT 7 AS n");
  for (let i = 0; i < 600; i++) driver.get(`SELECT ${i} AS n`);
  assertEquals(kept.get(), { n: 7 });
  opened.db.run("CREATE TABLE t (x)");
  assertEquals(kept.all(), [{ n: 7 }]);
});

Deno.test("ids of 64 bits are right", () => {
  using opened = new Opened();
  const { db } = opened;
  const table = db.createTable("t", { id: column.id(), n: column.integer() });
  for (const id of [1795646000123, 2 ** 52, 5, -3, 2 ** 32]) {
    assertEquals(table.insert({ id }).insertId, id);
    assertEquals(table.where({ id }).first(), { id, n: null });
  }
  const big = 2n ** 62n + 1n;
  assertEquals(db.driver.run("INSERT INTO t (id) VALUES (?)", [big]), {
    changes: 1,
    lastInsertRowid: big,
  });
});

Deno.test("whole numbers of more than 53 bits keep their value", () => {
  using opened = new Opened();
  const { db } = opened;
  const values = [
    1e20,
    -1e20,
    2 ** 63,
    -(2 ** 63),
    2 ** 60,
    1.5e300,
    2 ** 1023,
  ];
  db.run("CREATE TABLE t (a, b REAL, c TEXT)");
  for (const value of values) {
    db.driver.run("INSERT INTO t (b, a, c) VALUES (?2, ?1, ?3)", [
      value,
      value,
      "ü?",
    ]);
    assertEquals(
      db.driver.get("SELECT a, b, typeof(a) AS type, c FROM t WHERE a = ?", [
        value,
      ]),
      { a: value, b: value, type: "real", c: "ü?" },
    );
    assertEquals(db.driver.all("SELECT ? + 0 AS x", [value]), [{ x: value }]);
    db.table("t").truncate();
  }
});

Deno.test("statements of more bytes than letters keep their end", () => {
  using opened = new Opened();
  const { db } = opened;
  db.run("CREATE TABLE t (id INTEGER, ü TEXT)");
  const table = db.table("t");
  table.insert([{ id: 1, ü: "a" }, { id: 12, ü: "b" }]);
  assertEquals(table.whereRaw("ü > 'äöü' OR id = 12").all(), [
    { id: 12, ü: "b" },
  ]);
  assertEquals(table.where({ ü: "b" }).pluck("id"), [12]);
});

Deno.test("JSON functions give text, and the settings of the host stay", () => {
  using opened = new Opened();
  const { db, handle } = opened;
  handle.parseJson = true;
  handle.int64 = false;
  assertEquals(db.driver.get("SELECT json_object('a', 1) AS x"), {
    x: '{"a":1}',
  });
  assertEquals(db.driver.all("SELECT json_array(4294967296) AS x"), [
    { x: "[4294967296]" },
  ]);
  assert(handle.parseJson);
  assertFalse(handle.int64);
});

Deno.test("a change of the schema by another connection is seen at once", () => {
  using scratch = new Scratch();
  using opened = new Opened(scratch.file("a.db"));
  using other = new DB(scratch.file("a.db"));
  other.run("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)");
  const table = opened.db.table("t");
  assertEquals(table.all(), [{ a: 1, b: 2 }]);
  assertEquals(table.first(), { a: 1, b: 2 });
  other.run("ALTER TABLE t DROP COLUMN a");
  assertEquals(table.all(), [{ b: 2 }]);
  other.run("ALTER TABLE t RENAME COLUMN b TO c");
  assertEquals(table.first(), { c: 2 });
  other.run("ALTER TABLE t ADD COLUMN d DEFAULT 5");
  assertEquals(table.first(), { c: 2, d: 5 });
  other.run(
    "ALTER TABLE t DROP COLUMN c; ALTER TABLE t ADD COLUMN e DEFAULT 6",
  );
  assertEquals(table.all(), [{ d: 5, e: 6 }]);
});

Deno.test("a plugin cannot call a function that the host registered", () => {
  using opened = new Opened();
  const { db, handle } = opened;
  let calls = 0;
  const count = () => ++calls;
  for (const name of ["shell", "regexp"]) handle.function(name, count);
  const scope = { plugin: "p@1.0.0", table: "mine" };
  const table = db.confined(scope).createTable({ id: column.id() });
  table.insert({ id: 1 });
  const attempts = [
    () => table.whereRaw("shell(id) = 1").all(),
    () => table.whereRaw('"SHELL" (id) = 1').all(),
    () => table.whereRaw("id REGEXP 'a'").all(),
    () =>
      db.confined({ ...scope, table: "other" }).createTable({
        id: column.id(),
        n: column.integer({
          default: { _type: "expression", expression: "shell()" },
        }),
      }),
    () =>
      db.confined({ ...scope, table: "other" }).createTable({
        n: column.integer({ check: "shell(n) = 1" }),
      }),
  ];
  for (const attempt of attempts) assertStoreError(attempt, "calls");
  assertEquals(calls, 0);
  assertEquals(table.whereRaw("abs(id) = 1").count(), 1);
});

Deno.test("the double ends the process at a use after close, whatever catches", async () => {
  const double = new URL("./db_sqlite_shape.ts", import.meta.url).href;
  const uses = [
    "const s = db.prepare('SELECT 1'); s.finalize(); s.values()",
    "const s = db.prepare('SELECT 1'); db.close(); s.run()",
    "db.close(); db.prepare('SELECT 1')",
    "db.close(); db.inTransaction",
  ];
  for (const use of uses) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--no-check",
        `
        import { ShapedDatabase } from "${double}";
        const db = new ShapedDatabase(":memory:");
        try { ${use} } catch { /* swallowed */ }
        await new Promise((resolve) => setTimeout(resolve, 10));
        Deno.exit(0);`,
      ],
    }).output();
    assertEquals(code, 1, use);
    assert(new TextDecoder().decode(stderr).includes("SegmentationFault"), use);
  }
});
