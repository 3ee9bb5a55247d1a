import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { column, DB } from "../../src/sqlite/mod.ts";
import { assertStoreError, Scratch } from "./fixtures.ts";

const COLUMNS = { id: column.id(), x: column.text() };

function open(path: string, directory?: string, extra = {}) {
  return new DB(
    path,
    directory === undefined ? {} : {
      autoBackup: { enabled: true, directory, ...extra },
    },
  );
}

Deno.test("restore() opens the copy; builders made before work on", () => {
  using scratch = new Scratch();
  using db = new DB(scratch.file("a.db"), { pragmas: [["cache_size", -1234]] });
  const table = db.createTable("t", COLUMNS);
  const confined = db.confined({ plugin: "p@1.0.0", table: "t" }).table("t");
  table.insert({ x: "old" });
  confined.all();
  const copy = db.backup();
  table.truncate();
  db.restore(copy);
  assertEquals(db.table("t").pluck("x"), ["old"]);
  assertEquals(table.pluck("x"), ["old"]);
  assertEquals(confined.pluck("x"), ["old"]);
  assertEquals(db.pragma("cache_size"), -1234);
  assertEquals(db.pragma("journal_mode"), "wal");
});

Deno.test("restore() keeps the timer on the database that is open", () => {
  using scratch = new Scratch();
  using time = new FakeTime();
  const directory = scratch.file("backups");
  using db = open(scratch.file("a.db"), directory, { intervalMs: 1000 });
  db.createTable("t", COLUMNS);
  db.restore(db.backup());
  time.tick(1000);
  assertEquals(db.listBackups().length, 3);
});

Deno.test("restore() elsewhere only copies the file", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  const table = db.createTable("t", COLUMNS);
  const copy = db.backup();
  table.insert({ x: "new" });
  db.restore(copy, scratch.file("other.db"));
  assertEquals(table.count(), 1);
  using other = new DB(scratch.file("other.db"));
  assertEquals(other.table("t").count(), 0);
  assertStoreError(() => db.restore(copy, scratch.file("no/dir.db")));
});

Deno.test("restore() finds its own file under another spelling", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  const table = db.createTable("t", COLUMNS);
  const copy = db.backup();
  table.insert({ x: "new" });
  db.restore(copy, `${scratch.path}/./a.db`);
  assertEquals(table.count(), 0);
});

Deno.test("restore() refuses what is no database", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  Deno.writeTextFileSync(scratch.file("junk"), "not a database at all");
  assertStoreError(() => db.restore(scratch.file("junk")), "not a SQLite");
  assertEquals(db.getSchema(), []);
});

Deno.test("restore() is refused while another connection is open, or a transaction", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  const table = db.createTable("t", COLUMNS);
  const copy = db.backup();
  {
    using other = open(scratch.file("a.db"));
    other.table("t").insert({ x: "theirs" });
    assertStoreError(() => db.restore(copy), "another connection has it open");
    assertEquals(table.count(), 1);
    assertEquals(db.pragma("busy_timeout"), 5000);
  }
  assertStoreError(
    () => db.transaction(() => db.restore(copy)),
    "a transaction is open",
  );
  db.restore(copy);
  assertEquals(table.count(), 0);
});

Deno.test("restore() into a handle of the host is refused", async () => {
  const { DatabaseSync } = await import("node:sqlite");
  using scratch = new Scratch();
  const handle = new DatabaseSync(scratch.file("a.db"));
  using db = DB.from(handle);
  const copy = db.backup(scratch.file("b.db"));
  assertStoreError(() => db.restore(copy), "belongs to the host");
  handle.close();
});

Deno.test("restore() elsewhere is refused beside a log that would be replayed", () => {
  using scratch = new Scratch();
  const [file, other] = [scratch.file("a.db"), scratch.file("other.db")];
  using db = open(file);
  db.createTable("t", COLUMNS);
  const copy = db.backup();
  using beside = new DB(other);
  beside.run("CREATE TABLE u (n)");
  assertStoreError(() => db.restore(copy, other), `"${other}-wal" belongs`);
  assertEquals(beside.table("u").count(), 0);
  beside.close();
  db.restore(copy, other);
  using restored = new DB(other);
  assertEquals(restored.getTableInfo("u"), []);
  assertEquals(restored.table("t").count(), 0);
});
