/** The same cases on every way of reaching SQLite. */
import {
  assert,
  assertEquals,
  assertFalse,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { column, type DatabaseHandle, DB } from "../../src/sqlite/mod.ts";
import { ShapedDatabase } from "./db_sqlite_shape.ts";
import { assertStoreError, FOUR, PERSON_COLUMNS, Scratch } from "./fixtures.ts";

/** One way of reaching SQLite. */
interface Way {
  readonly name: string;
  /** Why it cannot be run here. */
  readonly unavailable?: string;
  /** Opens a database; the second part closes it. */
  open(path: string): { db: DB; close(): void };
}

function wrapped(handle: DatabaseHandle & { close(): void }) {
  const db = DB.from(handle);
  return {
    db,
    close() {
      db.close();
      handle.close();
    },
  };
}

async function dbSqlite(): Promise<Way> {
  const name = "an opened Database of @db/sqlite";
  try {
    const { Database } = await import("@db/sqlite" as string);
    return { name, open: (path) => wrapped(new Database(path)) };
  } catch (error) {
    const unavailable = `@db/sqlite cannot be loaded: ${
      (error as Error).message.split("\n")[0]
    }`;
    return { name, unavailable, open: () => wrapped(new ShapedDatabase("")) };
  }
}

const WAYS: readonly Way[] = [
  {
    name: "node:sqlite by path",
    open(path) {
      const db = new DB(path);
      return { db, close: () => db.close() };
    },
  },
  {
    name: "an opened DatabaseSync",
    open: (path) => wrapped(new DatabaseSync(path)),
  },
  {
    name: "a database of the shape of @db/sqlite",
    open: (path) => wrapped(new ShapedDatabase(path)),
  },
  await dbSqlite(),
];

const CASES: Record<string, (db: DB) => void> = {
  "binds and reads every kind of value"(db) {
    db.run("CREATE TABLE t (a, b, c, d, e, f, g)");
    const bytes = new Uint8Array([0, 255]);
    const date = new Date(5);
    const values = [null, 1.5, "text", bytes, true, date, undefined];
    db.driver.run("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", values);
    assertEquals(db.driver.get("SELECT * FROM t"), {
      a: null,
      b: 1.5,
      c: "text",
      d: bytes,
      e: 1,
      f: "1970-01-01T00:00:00.005Z",
      g: null,
    });
  },
  "keeps integers whole, and exact beyond 2^53"(db) {
    db.run("CREATE TABLE t (a TEXT, b, c INTEGER)");
    const big = 2n ** 62n;
    db.driver.run("INSERT INTO t VALUES (?, ?, ?)", [5, 2 ** 40, big]);
    const expected = { a: "5", b: 2 ** 40, c: big };
    assertEquals(db.driver.get("SELECT * FROM t"), expected);
    assertEquals(db.driver.all("SELECT * FROM t"), [expected]);
  },
  "refuses another number of values"(db) {
    for (const values of [[], [1], [1, 2, 3]]) {
      assertStoreError(
        () => db.driver.get("SELECT ?, ?", values),
        `takes 2 values, and ${values.length} were given`,
      );
    }
    assertEquals(db.driver.get("SELECT '?' AS q, ?2 AS x", [1, 2]), {
      q: "?",
      x: 2,
    });
  },
  "gives no row as undefined, rows as plain objects"(db) {
    db.run("CREATE TABLE t (x)");
    assertStrictEquals(db.driver.get("SELECT * FROM t"), undefined);
    assertEquals(db.driver.all("SELECT * FROM t"), []);
    const row = db.driver.get("SELECT 1 AS x")!;
    assertStrictEquals(Object.getPrototypeOf(row), Object.prototype);
  },
  "reports changes and ids"(db) {
    db.run("CREATE TABLE t (id INTEGER PRIMARY KEY, x)");
    const insert = "INSERT INTO t (x) VALUES (1), (2)";
    assertEquals(db.driver.run(insert), { changes: 2, lastInsertRowid: 2 });
    assertEquals(db.driver.run("UPDATE t SET x = 3").changes, 2);
  },
  "wraps errors and keeps SQLite's text"(db) {
    db.run("CREATE TABLE t (x UNIQUE); INSERT INTO t VALUES (1)");
    const error = assertStoreError(
      () => db.driver.run("INSERT INTO t VALUES (1)"),
      "UNIQUE constraint failed: t.x",
    );
    assert(error.cause !== undefined);
    assertStoreError(() => db.run("NONSENSE"), "syntax error");
    assertStoreError(
      () => db.driver.prepare("SELECT * FROM no"),
      "no such table",
    );
  },
  "refuses a name that no table has, whatever its quotes"(db) {
    const table = db.createTable("t", { id: column.id(), name: column.text() });
    table.insert({ name: "typo" });
    assertStoreError(() => table.where({ typo: "typo" }).delete(), "typo");
    assertStoreError(() => table.select(["typo"]).all(), "typo");
    assertEquals(table.count(), 1);
  },
  "commits, rolls back and nests"(db) {
    db.run("CREATE TABLE t (x)");
    const insert = (x: number) =>
      db.driver.run("INSERT INTO t VALUES (?)", [x]);
    db.transaction(() => {
      assert(db.driver.inTransaction);
      insert(1);
      assertThrows(() =>
        db.transaction(() => {
          insert(2);
          throw new TypeError("undo");
        }), TypeError);
    });
    assertFalse(db.driver.inTransaction);
    assertEquals(db.table("t").pluck("x"), [1]);
  },
  "enforces foreign keys"(db) {
    db.createTable("a", { id: column.id() });
    const child = db.createTable("b", { a: column.foreignKey("a") });
    assertStoreError(() => child.insert({ a: 9 }), "FOREIGN KEY");
  },
  "sees columns that were added since a statement was kept"(db) {
    db.run("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    assertEquals(db.table("t").all(), [{ x: 1 }]);
    assertEquals(db.table("t").first(), { x: 1 });
    db.run("ALTER TABLE t ADD COLUMN y DEFAULT 2");
    assertEquals(db.table("t").all(), [{ x: 1, y: 2 }]);
    db.run("ALTER TABLE t RENAME COLUMN y TO z");
    assertEquals(db.table("t").first(), { x: 1, z: 2 });
    db.run("ALTER TABLE t DROP COLUMN z");
    assertEquals(db.table("t").all(), [{ x: 1 }]);
  },
  "keeps more statements than its cache holds working"(db) {
    const kept = db.driver.prepare("SELECT 0 AS n");
    for (let i = 0; i < 600; i++) db.driver.get(`SELECT ${i} AS n`);
    assertEquals(db.driver.get("SELECT 5 AS n"), { n: 5 });
    assert(kept !== db.driver.prepare("SELECT 0 AS n"));
  },
  "reads, changes and counts through builders"(db) {
    const table = db.createTable("people", PERSON_COLUMNS);
    table.insert(FOUR);
    assertEquals(table.whereRgx({ name: /^[AB]/ }).update({ age: 1 }), {
      changes: 2,
    });
    assertEquals(table.where({ active: true }).pluck("name"), ["Ada", "Dan"]);
    assertEquals(table.upsert({ email: "ada@x", meta: { a: [1] } }).changes, 1);
    assertEquals(table.where({ id: 1 }).value("meta"), { a: [1] });
    assertEquals(table.deleteDuplicates(["age"]), { changes: 1 });
    assertEquals(table.insertAndGet({ name: "new" })?.name, "new");
    assertEquals(table.where({ age: 1 }).deleteAndGet().length, 1);
  },
  "migrates and names rows in the way"(db) {
    const columns = { id: column.id(), n: column.integer() };
    db.createTable("t", columns).insert([{ n: 1 }, { n: 1 }]);
    assertStoreError(
      () =>
        db.createTable("t", {
          ...columns,
          n: column.integer({ unique: true }),
        }),
      "rowid 2",
    );
    const table = db.createTable("t", { ...columns, x: column.text() });
    assertEquals(table.first(), { id: 1, n: 1, x: null });
  },
  "confines a plugin to its table"(db) {
    db.run("CREATE TABLE secret (id INTEGER PRIMARY KEY)");
    const scope = { plugin: "p@1.0.0", table: "mine" };
    const table = db.confined(scope).createTable({ id: column.id() });
    table.insert({ id: 1 });
    assertEquals(table.whereRaw("id IN (SELECT max(id) FROM mine)").count(), 1);
    assertStoreError(
      () => table.whereRaw("id IN (SELECT id FROM secret)").all(),
      'plugin "p@1.0.0"',
      '"secret"',
    );
  },
  "refuses everything once it is closed"(db) {
    const table = db.createTable("t", { id: column.id() });
    db.close();
    assert(db.driver.closed);
    assertStoreError(() => table.all(), "it is closed");
    assertStoreError(() => db.run("SELECT 1"), "it is closed");
    assertStoreError(() => db.loadExtension("x"), "it is closed");
    db.close();
  },
};

for (const way of WAYS) {
  const reason = way.unavailable === undefined ? "" : ` (${way.unavailable})`;
  for (const [name, run] of Object.entries(CASES)) {
    Deno.test({
      name: `${way.name} ${name}${reason}`,
      ignore: way.unavailable !== undefined,
      fn() {
        using scratch = new Scratch();
        for (const path of [":memory:", scratch.file("a.db")]) {
          const { db, close } = way.open(path);
          try {
            run(db);
          } finally {
            close();
          }
        }
      },
    });
  }

  Deno.test({
    name: `${way.name} backs up a file${reason}`,
    ignore: way.unavailable !== undefined,
    fn() {
      using scratch = new Scratch();
      const { db, close } = way.open(scratch.file("a.db"));
      db.createTable("t", { id: column.id() }).insert({ id: 7 });
      using copy = new DB(db.backup(scratch.file("b.db")));
      assertEquals(copy.table("t").pluck("id"), [7]);
      close();
    },
  });
}

Deno.test("DB.from() keeps the int64 setting of a Database of @db/sqlite", () => {
  using handle = new ShapedDatabase(":memory:");
  using db = DB.from(handle);
  assertEquals(db.driver.get("SELECT 4294967296 AS x"), { x: 2 ** 32 });
  assertEquals(handle.int64, false);
});

Deno.test("DB.from() leaves a Database of @db/sqlite open", () => {
  using scratch = new Scratch();
  using handle = new ShapedDatabase(scratch.file("a.db"));
  const db = DB.from(handle);
  const copy = db.backup(scratch.file("b.db"));
  assertStoreError(() => db.restore(copy), "belongs to the host");
  assertStoreError(() => db.loadExtension("/nowhere"), "/nowhere");
  db.close();
  assert(handle.open);
});
