import { assert, assertEquals, assertThrows } from "@std/assert";
import { DB } from "../../src/sqlite/mod.ts";

/** A database with two others beside it. */
class Beside implements Disposable {
  readonly folder = Deno.makeTempDirSync();
  readonly path = `${this.folder}/app.db`;
  readonly db = new DB(this.path);

  constructor() {
    this.db.run("CREATE TABLE t (n); INSERT INTO t VALUES (1)");
    for (const number of [1, 7]) this.write(number, number);
  }

  file(number: number, database = this.path): string {
    return `${database}.plugins/${number}/table.db`;
  }

  open(number: number, database = this.path): DB {
    Deno.mkdirSync(`${database}.plugins/${number}`, { recursive: true });
    return new DB(this.file(number, database));
  }

  write(number: number, n: number): void {
    using db = this.open(number);
    db.run("CREATE TABLE IF NOT EXISTS own (n); DELETE FROM own");
    db.table("own").insert({ n });
  }

  read(number: number, database = this.path): unknown {
    using db = this.open(number, database);
    return db.table("own").select(["n"]).all().map(({ n }) => n);
  }

  [Symbol.dispose](): void {
    this.db.close();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("backup() and restore() take what is beside the database along", () => {
  using beside = new Beside();
  const copy = beside.db.backup();
  beside.write(1, 100);
  beside.write(9, 9);
  beside.db.table("t").truncate();
  beside.db.restore(copy);
  assertEquals(beside.db.table("t").count(), 1);
  assertEquals([beside.read(1), beside.read(7)], [[1], [7]]);
  assertThrows(() => Deno.statSync(beside.file(9)), Deno.errors.NotFound);
  assertEquals(
    [...Deno.readDirSync(beside.folder)].map(({ name }) => name)
      .filter((name) => /partial|old/.test(name)),
    [],
  );
});

Deno.test("backup() copies what only the log holds, and waits for nobody who writes", () => {
  using beside = new Beside();
  using writer = beside.open(7);
  writer.table("own").insert({ n: 8 });
  writer.begin("IMMEDIATE");
  writer.table("own").insert({ n: 9 });
  const copy = beside.db.backup(`${beside.folder}/copy.db`);
  writer.commit();
  assertEquals(beside.read(7, copy), [7, 8]);
  assertEquals(beside.read(7), [7, 8, 9]);
});

Deno.test("restore() refuses while somebody has a database beside it open", () => {
  using beside = new Beside();
  const copy = beside.db.backup();
  using user = beside.open(7);
  user.table("own").count();
  assertThrows(() => beside.db.restore(copy), Error, "has it open");
  assertEquals(beside.db.table("t").count(), 1);
  assertEquals(beside.read(1), [1]);
});

Deno.test("restore() keeps what was beside the database where the copy has nothing", () => {
  using beside = new Beside();
  const copy = `${beside.folder}/by_hand.db`;
  beside.db.run(`VACUUM INTO '${copy}'`);
  beside.db.restore(copy);
  const kept = [...Deno.readDirSync(beside.folder)]
    .filter(({ name }) => /\.plugins\..*\.old$/.test(name));
  assertEquals(kept.length, 1);
});

Deno.test("restore() leaves everything as it is where the copy is damaged", () => {
  using beside = new Beside();
  const copy = beside.db.backup();
  beside.write(1, 100);
  Deno.truncateSync(copy, 100);
  assertThrows(() => beside.db.restore(copy));
  assertEquals(beside.read(1), [100]);
});

Deno.test("backup() follows a link to the database", () => {
  using beside = new Beside();
  Deno.symlinkSync(beside.path, `${beside.folder}/link.db`);
  using db = new DB(`${beside.folder}/link.db`);
  const copy = db.backup();
  assertEquals(beside.read(7, copy), [7]);
});

Deno.test("automatic backups are removed with what is beside them", () => {
  using beside = new Beside();
  const directory = `${beside.folder}/backups`;
  using db = new DB(beside.path, {
    autoBackup: { enabled: true, directory, maxBackups: 1 },
  });
  db.backup();
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
  assertEquals(names.length, 2);
  assert(names[1] === `${names[0]}.plugins`, names.join());
});
