import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertRejects } from "@std/assert";
import { COUNTER, get, notesSource, rowOf } from "./plugins.ts";

const DECLARATION = `CREATE TABLE plugins (
  "author" JSON NOT NULL,
  "description" TEXT,
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "manifest" TEXT NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "plugin" TEXT NOT NULL,
  "repository" TEXT NOT NULL,
  "repoType" TEXT NOT NULL
    CHECK ("repoType" IN ('github', 'gitlab', 'local', 'default')),
  "tags" JSON,
  "version" TEXT NOT NULL
)`;

/** A database as the original leaves it, with one plugin and its table. */
function originalDatabase(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(DECLARATION);
  db.prepare(
    `INSERT INTO plugins (name, version, repository, manifest, repoType, plugin,
      author, tags) VALUES ('notes', '0.9.0', 'https://github.com/user/notes',
      'https://github.com/user/notes/manifest.json', 'github', ?,
      '{"name":"Developer"}', '["old"]')`,
  ).run(notesSource());
  db.exec(
    "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL)",
  );
  db.exec("INSERT INTO notes (text) VALUES ('old note')");
  return db;
}

Deno.test("a database of the original opens unchanged", {
  permissions: "none",
}, async () => {
  using db = originalDatabase();
  const schema = schemaOf(db);
  await using handler = new PluginHandler(db);
  assertEquals<unknown>(handler.getAll(), [{
    id: 1,
    repoType: "github",
    name: "notes",
    description: null,
    tags: ["old"],
    version: "0.9.0",
    repository: "https://github.com/user/notes",
    manifest: "https://github.com/user/notes/manifest.json",
    author: { name: "Developer" },
    state: "registered",
  }]);
  assertEquals(schemaOf(db), schema);
});

Deno.test("a plugin that the original wrote loads with its table", {
  permissions: "none",
}, async () => {
  using db = originalDatabase();
  await using handler = new PluginHandler(db);
  assertEquals(await handler.loadAllPlugins(), {
    successes: [1],
    errors: [],
    skipped: [],
  });
  assertEquals(await handler.handleRoute(1, "/notes", get()), [
    { id: 1, text: "old note" },
  ]);
});

Deno.test("a plugin that the original wrote is pinned at its first load", {
  permissions: "none",
}, async () => {
  using db = originalDatabase();
  await using handler = new PluginHandler(db);
  await handler.loadPlugin(1);
  handler.unloadPlugin(1);
  db.exec("UPDATE plugins SET plugin = 'export default {}'");
  const error = await assertRejects(() => handler.loadPlugin(1), PluginError);
  assertEquals(error.code, "INTEGRITY_MISMATCH");
});

Deno.test("a new database is declared as the original declares it", {
  permissions: "none",
}, async () => {
  using original = originalDatabase();
  using db = new DatabaseSync(":memory:");
  await using _ = new PluginHandler(db);
  const columns = (of: DatabaseSync) =>
    of.prepare("PRAGMA table_xinfo(plugins)").all();
  assertEquals(columns(db), columns(original));
});

Deno.test("rows of every kind of source fit the original's declaration", {
  permissions: "none",
}, async () => {
  using db = originalDatabase();
  await using handler = new PluginHandler(db);
  for (const repoType of ["gitea", "http", "local"] as const) {
    const { success, error } = handler.savePlugin(
      rowOf(repoType, COUNTER, { repoType }),
    );
    assertEquals([success, error], [true, undefined]);
  }
  assertEquals(handler.getAll().map(({ repoType }) => repoType), [
    "github",
    "gitea",
    "http",
    "local",
  ]);
  const stored = db.prepare("SELECT repoType FROM plugins ORDER BY id").all();
  assertEquals(stored.map(({ repoType }) => repoType), [
    "github",
    "default",
    "default",
    "local",
  ]);
});

function schemaOf(db: DatabaseSync): unknown[] {
  return db.prepare(
    `SELECT sql FROM sqlite_master WHERE name NOT LIKE 'plugin_handler_%'
      AND tbl_name NOT LIKE 'plugin_handler_%' ORDER BY name`,
  ).all();
}
