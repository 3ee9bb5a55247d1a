import { assert, assertEquals, assertMatch } from "@std/assert";
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

function files(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

Deno.test("backup() writes a consistent copy and gives its path", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  db.createTable("t", COLUMNS).insert({ x: "kept" });
  const path = db.backup(scratch.file("copy.db"));
  assertEquals(path, scratch.file("copy.db"));
  using copy = new DB(path);
  assertEquals(copy.integrityCheck(), [{ integrity_check: "ok" }]);
  assertEquals(copy.table("t").pluck("x"), ["kept"]);
});

Deno.test("backup() makes a name beside the database up", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("app.db"));
  const path = db.backup();
  assertMatch(
    path.slice(scratch.path.length + 1),
    /^app_backup_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.db$/,
  );
});

Deno.test("backup() refuses a file that exists, and leaves it as it is", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  Deno.writeTextFileSync(scratch.file("b.db"), "mine");
  assertStoreError(() => db.backup(scratch.file("b.db")), "the file exists");
  assertEquals(Deno.readTextFileSync(scratch.file("b.db")), "mine");
});

Deno.test("backup() leaves nothing behind when it fails", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  Deno.writeTextFileSync(scratch.file("no"), "a file, not a folder");
  assertStoreError(() => db.backup(scratch.file("no/such/dir.db")));
  assertEquals(files(scratch.path).filter((n) => n.includes("partial")), []);
});

Deno.test("backup() is refused inside a transaction", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  assertStoreError(
    () => db.transaction(() => db.backup(scratch.file("b.db"))),
    "a transaction is open",
  );
});

Deno.test("backup() of one millisecond are told apart", () => {
  using scratch = new Scratch();
  using _time = new FakeTime("2030-01-02T03:04:05.006Z");
  using db = open(scratch.file("a.db"));
  const stamp = `${scratch.path}/a_backup_2030-01-02T03-04-05-006Z`;
  assertEquals([db.backup(), db.backup(), db.backup()], [
    `${stamp}.db`,
    `${stamp}_1.db`,
    `${stamp}_2.db`,
  ]);
});

const scratchForPermissions = Deno.makeTempDirSync();
Deno.test({
  name: "backup() and restore() work with read and write permission only",
  permissions: {
    read: [scratchForPermissions],
    write: [scratchForPermissions],
  },
  fn() {
    const path = `${scratchForPermissions}/a.db`;
    using db = open(path);
    const table = db.createTable("t", COLUMNS);
    table.insert({ x: "kept" });
    const copy = db.backup(`${scratchForPermissions}/b.db`);
    assertStoreError(() => db.backup(copy), "the file exists");
    table.truncate();
    db.restore(copy);
    assertEquals(table.pluck("x"), ["kept"]);
    db.close();
    for (const name of ["a.db", "b.db"]) {
      Deno.removeSync(`${scratchForPermissions}/${name}`);
    }
  },
});

Deno.test("autoBackup makes its directory, a backup at once, then on a timer", () => {
  using scratch = new Scratch();
  using time = new FakeTime();
  const directory = scratch.file("deep/er");
  using db = open(scratch.file("a.db"), directory, { intervalMs: 1000 });
  assertEquals(db.listBackups().length, 1);
  time.tick(2500);
  assertEquals(db.listBackups().length, 3);
  db.stopAutoBackup();
  db.stopAutoBackup();
  time.tick(5000);
  assertEquals(db.listBackups().length, 3);
});

Deno.test("autoBackup uses 3,600,000 ms, the prefix backup, and stops on close", () => {
  using scratch = new Scratch();
  using time = new FakeTime();
  const directory = scratch.file("backups");
  const db = open(scratch.file("a.db"), directory);
  time.tick(3_599_999);
  assertEquals(db.listBackups().length, 1);
  time.tick(1);
  const listed = db.listBackups();
  assertEquals(listed.length, 2);
  assert(listed.every(({ filename }) => filename.startsWith("backup_")));
  db.close();
  time.tick(9_000_000);
  assertEquals(files(directory).length, 2);
});

Deno.test("autoBackup keeps the newest, and touches no other file", () => {
  using scratch = new Scratch();
  using time = new FakeTime("2030-01-01T00:00:00Z");
  const directory = scratch.file("backups");
  Deno.mkdirSync(directory);
  const others = ["app.db", "apple.db", "app_mine.db", "app_2.db"];
  for (const name of others) Deno.writeTextFileSync(`${directory}/${name}`, "");
  using db = open(scratch.file("a.db"), directory, {
    intervalMs: 10,
    maxBackups: 3,
    filenamePrefix: "app",
  });
  time.tick(50);
  const listed = db.listBackups();
  assertEquals(listed.length, 3);
  assertEquals(files(directory).length, 3 + others.length);
});

Deno.test("listBackups() is newest first, with size and time", () => {
  using scratch = new Scratch();
  const directory = scratch.file("backups");
  using db = open(scratch.file("a.db"), directory);
  const first = db.listBackups()[0]!.path;
  Deno.utimeSync(first, new Date(0), new Date(0));
  const second = db.backup();
  const listed = db.listBackups();
  assertEquals(listed.map(({ path }) => path), [second, first]);
  assertEquals(listed[1]!.created, new Date(0));
  assert(listed[0]!.size > 0);
  assertEquals(listed[0]!.path, `${directory}/${listed[0]!.filename}`);
});

Deno.test("listBackups() is empty when nothing is configured", () => {
  using scratch = new Scratch();
  using db = open(scratch.file("a.db"));
  assertEquals(db.listBackups(), []);
});

Deno.test("autoBackup lists nothing once its directory is gone", () => {
  using scratch = new Scratch();
  const directory = scratch.file("backups");
  using db = open(scratch.file("a.db"), directory);
  Deno.removeSync(directory, { recursive: true });
  assertEquals(db.listBackups(), []);
});

Deno.test("autoBackup does nothing for a memory database", () => {
  using scratch = new Scratch();
  using db = open(":memory:", scratch.file("never"));
  assertEquals(db.listBackups(), []);
  assertEquals(files(scratch.path), []);
});

Deno.test("autoBackup only logs its failures", () => {
  using scratch = new Scratch();
  Deno.writeTextFileSync(scratch.file("file"), "");
  const warnings: string[] = [];
  const directory = scratch.file("file/below");
  using _db = new DB(scratch.file("a.db"), {
    autoBackup: { enabled: true, directory },
  }, { warn: (text) => warnings.push(text) });
  assertEquals(warnings.length, 1);
});

Deno.test("autoBackup refuses to keep no backup", () => {
  using scratch = new Scratch();
  for (const maxBackups of [0, -1, 1.5]) {
    assertStoreError(
      () => open(scratch.file("a.db"), scratch.file("b"), { maxBackups }),
      "maxBackups must be at least 1",
    );
  }
});
