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

/** Files beside those that the test made itself. */
function leftovers(scratch: Scratch): string[] {
  return [...Deno.readDirSync(scratch.path)].map(({ name }) => name)
    .filter((name) => /partial|previous/.test(name));
}

function databaseOf(path: string, rows: number): void {
  using db = open(path);
  db.createTable("t", COLUMNS).insertBatch(
    Array.from(
      { length: rows },
      (_, i) => ({ x: `row ${i} ${"x".repeat(99)}` }),
    ),
  );
}

Deno.test("restore() refuses a copy that was cut off, and leaves the database alone", () => {
  using scratch = new Scratch();
  databaseOf(scratch.file("big.db"), 2000);
  const bytes = Deno.readFileSync(scratch.file("big.db"));
  using db = open(scratch.file("a.db"));
  db.createTable("t", COLUMNS).insert({ x: "mine" });
  const cut = scratch.file("cut.db");
  for (const part of [100, 4096, bytes.length >> 1, bytes.length - 4096]) {
    Deno.writeFileSync(cut, bytes.subarray(0, part));
    assertStoreError(() => db.restore(cut), "the copy is damaged");
    assertStoreError(
      () => db.restore(cut, scratch.file("other.db")),
      "the copy is damaged",
    );
    assertEquals(db.table("t").pluck("x"), ["mine"]);
  }
  assertEquals(leftovers(scratch), []);
});

Deno.test("restore() refuses a copy whose pages were damaged", () => {
  using scratch = new Scratch();
  databaseOf(scratch.file("big.db"), 2000);
  const bytes = Deno.readFileSync(scratch.file("big.db"));
  bytes.fill(0xff, 8192, 16384);
  Deno.writeFileSync(scratch.file("bad.db"), bytes);
  using db = open(scratch.file("a.db"));
  db.createTable("t", COLUMNS).insert({ x: "mine" });
  assertStoreError(() => db.restore(scratch.file("bad.db")), "damaged");
  assertEquals(db.table("t").pluck("x"), ["mine"]);
  assertEquals(leftovers(scratch), []);
});

Deno.test("restore() takes along what the log beside the copy holds", () => {
  for (const to of ["a.db", "other.db"]) {
    using scratch = new Scratch();
    using source = open(scratch.file("source.db"));
    source.createTable("t", COLUMNS).insert({ x: "only in the log" });
    using db = open(scratch.file("a.db"));
    db.restore(scratch.file("source.db"), scratch.file(to));
    using restored = open(scratch.file(to));
    assertEquals(restored.table("t").pluck("x"), ["only in the log"]);
    assertEquals(source.table("t").pluck("x"), ["only in the log"]);
    assertEquals(leftovers(scratch), []);
  }
});

Deno.test("restore() goes back to the old file where the new one cannot be used", () => {
  using scratch = new Scratch();
  databaseOf(scratch.file("b.db"), 1);
  const options = { pragmas: [["cache_size", 10]] as [string, number][] };
  using db = new DB(scratch.file("c.db"), options);
  const table = db.createTable("t", COLUMNS);
  table.insert({ x: "mine" });
  options.pragmas.push(["not a name", 1]);
  assertStoreError(() => db.restore(scratch.file("b.db")), "it is no name");
  assertEquals(table.pluck("x"), ["mine"]);
  table.insert({ x: "goes on" });
  assertEquals(leftovers(scratch), []);
});

Deno.test("restore() refuses to restore a file from itself", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  db.createTable("t", COLUMNS).insert({ x: "mine" });
  assertStoreError(() => db.restore(scratch.file("a.db")), "the backup itself");
  assertEquals(db.table("t").pluck("x"), ["mine"]);
});

Deno.test("backup() makes the folder that it writes to", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  db.createTable("t", COLUMNS).insert({ x: "mine" });
  const copy = db.backup(scratch.file("deep/folder/b.db"));
  using other = open(copy);
  assertEquals(other.table("t").count(), 1);
});
