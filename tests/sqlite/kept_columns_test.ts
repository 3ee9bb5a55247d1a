import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { KeptColumns, SqlitePluginRepository } from "../../src/store/mod.ts";
import { DB } from "../../src/sqlite/mod.ts";

function withKept(
  sql: string,
  run: (kept: KeptColumns, db: DB, handle: DatabaseSync) => void,
): void {
  using handle = new DatabaseSync(":memory:");
  handle.exec(sql);
  const db = DB.from(handle);
  new SqlitePluginRepository(db.driver);
  run(new KeptColumns(db.driver), db, handle);
}

Deno.test("restore() brings every kind of value back as it was", () =>
  withKept(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, v);
     INSERT INTO t VALUES (1, 'x'), (2, 5), (3, 1.5), (4, x'00ff'), (5, NULL)`,
    (kept, _db, handle) => {
      const values = () =>
        handle.prepare("SELECT id, typeof(v) AS type, quote(v) AS v FROM t")
          .all();
      const before = values();
      kept.keep("t", ["v"]);
      handle.exec("ALTER TABLE t DROP COLUMN v");
      kept.restore("t", [{ name: "v" }]);
      assertEquals(values(), before);
      assertEquals(kept.columns("t"), []);
    },
  ));

Deno.test("restore() finds the rows again that only their rowid tells apart", () =>
  withKept(
    `CREATE TABLE t (a TEXT, b TEXT);
     INSERT INTO t VALUES ('1', 'one'), ('2', 'two'), ('3', 'three');
     DELETE FROM t WHERE a = '2'`,
    (kept, db, handle) => {
      kept.keep("t", ["b"]);
      db.createTable("t", { a: { type: "TEXT" } });
      kept.restore("t", [{ name: "b" }]);
      assertEquals(handle.prepare("SELECT a, b FROM t").all(), [
        { a: "1", b: "one" },
        { a: "3", b: "three" },
      ]);
    },
  ));

Deno.test("restore() leaves rows empty that came later, and columns alone that nobody kept", () =>
  withKept(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 'x')`,
    (kept, _db, handle) => {
      kept.keep("t", ["v"]);
      handle.exec("ALTER TABLE t DROP COLUMN v; INSERT INTO t VALUES (2)");
      kept.restore("t", [{ name: "v" }, { name: "w" }]);
      assertEquals(handle.prepare("SELECT * FROM t").all(), [
        { id: 1, v: "x" },
        { id: 2, v: null },
      ]);
    },
  ));

Deno.test("keep() takes names that need quotes, and a column called rowid", () =>
  withKept(
    `CREATE TABLE "odd ""t" (id INTEGER PRIMARY KEY, rowid TEXT, "a ""b" TEXT);
     INSERT INTO "odd ""t" VALUES (7, 'r', 'x')`,
    (kept, _db, handle) => {
      const [table, column] = [`odd "t`, `a "b`];
      kept.keep(table, [column, "rowid"]);
      handle.exec(`ALTER TABLE "odd ""t" DROP COLUMN "a ""b"`);
      handle.exec(`ALTER TABLE "odd ""t" DROP COLUMN rowid`);
      kept.restore(table, [{ name: column }, { name: "rowid" }]);
      assertEquals(handle.prepare(`SELECT * FROM "odd ""t"`).all(), [
        { id: 7, [column]: "x", rowid: "r" },
      ]);
    },
  ));

Deno.test("forget() lets go of all columns but those that are wanted", () =>
  withKept(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, v, w); INSERT INTO t VALUES (1, 1, 2)`,
    (kept) => {
      kept.keep("t", ["v", "w"]);
      kept.forget("t", new Set(["w"]));
      assertEquals(kept.columns("t"), ["w"]);
      kept.forget("T");
      assertEquals(kept.columns("t"), []);
    },
  ));

Deno.test("restore() gives rows that came later what it is told to", () =>
  withKept(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, v)`,
    (kept, _db, handle) => {
      kept.keep("t", ["v"]);
      handle.exec("ALTER TABLE t DROP COLUMN v; INSERT INTO t VALUES (1)");
      kept.restore("t", [{ name: "v", fallback: "" }]);
      assertEquals(handle.prepare("SELECT * FROM t").all(), [{ id: 1, v: "" }]);
    },
  ));
