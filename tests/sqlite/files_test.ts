import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { DB } from "../../src/sqlite/mod.ts";
import { assertStoreError, Scratch } from "./fixtures.ts";

const shared = new Scratch();
const path = shared.file("shared.db");
const ONLY_HERE = { read: [shared.path], write: [shared.path] };
addEventListener("unload", () => shared[Symbol.dispose]());

function makeDatabase(file: string): void {
  using db = new DB(file);
  db.run("CREATE TABLE IF NOT EXISTS t (n)");
}

Deno.test("new DB() says what is wrong with a path", () => {
  using scratch = new Scratch();
  Deno.writeTextFileSync(scratch.file("junk"), "no database, ".repeat(100));
  assertStoreError(() => new DB(scratch.file("junk")), "not a database");
  assertStoreError(() => new DB(scratch.path), "unable to open");
  assertStoreError(
    () => new DB(scratch.file("none/a.db")),
    `the directory "${scratch.file("none")}" does not exist; make it first`,
  );
});

Deno.test("a locked database is a store error", () => {
  using scratch = new Scratch();
  const file = scratch.file("a.db");
  makeDatabase(file);
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  using db = new DB(file, { pragmas: [["busy_timeout", 0]] });
  assertStoreError(() => db.table("t").insert({ n: 1 }), "database is locked");
  assertEquals(db.table("t").count(), 0);
  other.close();
});

Deno.test("a handle that only reads reads, and refuses to write", () => {
  using scratch = new Scratch();
  makeDatabase(scratch.file("a.db"));
  const handle = new DatabaseSync(scratch.file("a.db"), { readOnly: true });
  const db = DB.from(handle);
  assertEquals(db.table("t").all(), []);
  assertStoreError(() => db.table("t").insert({ n: 1 }), "readonly database");
  assertStoreError(() => db.createTable("u", { n: "INTEGER" }), "readonly");
  handle.close();
});

Deno.test({
  name: "new DB() names the permission that it lacks",
  permissions: { read: [shared.path] },
  fn() {
    assertStoreError(() => new DB(path), "--allow-write");
    assertStoreError(() => new DB("/etc/app.db"), "--allow-read");
  },
});

Deno.test({
  name: "backup() and restore() name the permission that they lack",
  permissions: ONLY_HERE,
  fn() {
    makeDatabase(path);
    using db = new DB(path);
    const copy = db.backup();
    assertStoreError(() => db.backup("/etc/app.db"), "--allow-read");
    assertStoreError(() => db.restore("/etc/passwd"), "--allow-read");
    assertStoreError(() => db.restore(copy, "/etc/app.db"), "--allow-read");
    const warnings: string[] = [];
    const autoBackup = { enabled: true, directory: "/etc/backups" };
    const warn = (message: string) => warnings.push(message);
    using automatic = new DB(path, { autoBackup }, { warn });
    assertEquals(warnings.length, 1);
    assertStoreError(() => automatic.listBackups(), "--allow-read");
  },
});

Deno.test({
  name: "vacuum() says which permissions Deno wants",
  permissions: ONLY_HERE,
  fn() {
    using db = new DB(":memory:");
    assertStoreError(() => db.vacuum(), "run with --allow-all");
  },
});
