/** How files are opened: for reading only, and how long a lock is waited for. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { column, DB } from "../../src/sqlite/mod.ts";
import { ShapedDatabase } from "./db_sqlite_shape.ts";
import { assertStoreError, Scratch } from "./fixtures.ts";
import { reachableProgram } from "./reachable_program.ts";

const shared = new Scratch();
addEventListener("unload", () => shared[Symbol.dispose]());

function fill(path: string): void {
  using db = new DB(path);
  db.createTable("t", { id: column.id(), n: column.integer() });
  db.table("t").insert({ n: 1 });
}

Deno.test("readOnly opens a file that others write", () => {
  using scratch = new Scratch();
  fill(scratch.file("a.db"));
  using writer = new DB(scratch.file("a.db"));
  using db = new DB(scratch.file("a.db"), { readOnly: true });
  writer.table("t").insert({ n: 2 });
  assertEquals(db.table("t").pluck("n"), [1, 2]);
  const error = assertStoreError(
    () => db.table("t").insert({ n: 3 }),
    "readonly database",
    "readOnly",
  );
  assertEquals(error.status, 503);
  assertStoreError(() => db.createTable("u", { id: column.id() }), "readonly");
  assertStoreError(
    () => new DB(scratch.file("none.db"), { readOnly: true }),
    "unable to open",
  );
  assertEquals([...Deno.readDirSync(scratch.path)].length > 0, true);
});

const path = shared.file("shared.db");
fill(path);

Deno.test({
  name: "readOnly needs the permission to read alone",
  permissions: { read: [shared.path] },
  fn() {
    using db = new DB(path, { readOnly: true });
    assertEquals(db.table("t").pluck("n"), [1]);
  },
});

// Root may write everything, so somebody else opens it there.
for (const mode of [0o555, 0o755]) {
  Deno.test({
    name: `a file that cannot be written opens read-only, its folder being ${
      mode.toString(8)
    }`,
    ignore: Deno.build.os === "windows",
    async fn() {
      using scratch = new Scratch();
      const file = scratch.file("a b?#%.db");
      fill(file);
      Deno.chmodSync(file, 0o444);
      Deno.chmodSync(scratch.path, mode);
      await using program = await reachableProgram(
        fromFileUrl(new URL("read_only_child.ts", import.meta.url)),
      );
      const { stdout, stderr } = await new Deno.Command(program.deno, {
        args: [
          "run",
          "--no-config",
          "--no-lock",
          "--no-check",
          `--allow-read=${scratch.path}`,
          `--allow-write=${scratch.path}`,
          program.file,
          file,
        ],
        // Nobody else may write where coverage is measured.
        clearEnv: true,
        env: { DENO_DIR: await Deno.makeTempDir({ prefix: "open_" }) },
        ...(Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {}),
      }).output();
      Deno.chmodSync(scratch.path, 0o755);
      const text = new TextDecoder();
      assertEquals(text.decode(stderr), "");
      const [rows, ...errors] = JSON.parse(text.decode(stdout));
      const [write, status, create, ofCreate, backup, ofBackup] = errors;
      assertEquals([rows, status, ofCreate, ofBackup], [[1], 503, 503, 503]);
      assertStringIncludes(write, "make the file and its folder writable");
      assertStringIncludes(create, "make sure that its folder exists and may");
      assertStringIncludes(backup, "make the file and its folder writable");
    },
  });
}

Deno.test("busyTimeoutMs says how long a lock is waited for", () => {
  using scratch = new Scratch();
  fill(scratch.file("a.db"));
  using other = new DB(scratch.file("a.db"));
  other.begin("IMMEDIATE");
  const handle = new DatabaseSync(scratch.file("a.db"));
  using shaped = new ShapedDatabase(scratch.file("a.db"));
  const options = { busyTimeoutMs: 20 };
  for (
    const db of [
      new DB(scratch.file("a.db"), options),
      DB.from(handle, options),
      DB.from(shaped, options),
    ]
  ) {
    assertEquals(db.pragma("busy_timeout"), 20);
    const error = assertStoreError(
      () => db.table("t").insert({ n: 2 }),
      "database is locked",
      "busyTimeoutMs",
    );
    assertEquals(error.status, 503);
    db.close();
  }
  handle.close();
  assertEquals(other.pragma("busy_timeout"), 5000);
});

Deno.test("busyTimeoutMs refuses what SQLite cannot count", () => {
  for (const busyTimeoutMs of [-1, 1.5, NaN, 2 ** 31, Infinity, "5" as never]) {
    assertStoreError(
      () => new DB(":memory:", { busyTimeoutMs }),
      "busyTimeoutMs must be",
    );
  }
  using db = new DB(":memory:", { busyTimeoutMs: 0 });
  assert(db.pragma("busy_timeout") === 0);
});
