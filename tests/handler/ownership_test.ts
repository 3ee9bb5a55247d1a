import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { get, notesSource, post, save, tablesOf } from "./plugins.ts";
import { hostDatabase } from "../sqlite/host_database.ts";

async function withNote(
  db: DatabaseSync,
): Promise<{ handler: PluginHandler; id: number }> {
  const handler = new PluginHandler(db);
  const id = save(handler, "notes", notesSource());
  await handler.loadPlugin(id);
  await handler.handleRoute(id, "/add", post({ text: "kept" }));
  return { handler, id };
}

Deno.test("a table belongs to the plugin that declared it first", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  const { handler, id } = await withNote(db);
  await using _ = handler;
  const other = save(handler, "other", notesSource());

  const error = await assertRejects(
    () => handler.loadPlugin(other),
    PluginError,
  );
  assertEquals(error.code, "TABLE_NAME_TAKEN");
  assertStringIncludes(error.message, "another name");

  handler.unloadPlugin(id);
  await assertRejects(() => handler.loadPlugin(other), PluginError);
});

Deno.test("a table of the host is not handed to a plugin", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE notes (secret TEXT)");
  await using handler = new PluginHandler(db);
  const id = save(handler, "notes", notesSource());
  const error = await assertRejects(() => handler.loadPlugin(id), PluginError);
  assertEquals(error.code, "TABLE_NAME_TAKEN");
  assertEquals(db.prepare("SELECT * FROM notes").all(), []);
});

Deno.test("deletePlugin() leaves the table to the plugin's next installation", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  const { handler, id } = await withNote(db);
  await using _ = handler;

  assertEquals(handler.deletePlugin(id), {
    success: true,
    message: "Deleted Plugin",
    id,
  });

  assertEquals(handler.getStatus().orphans, [
    { table: "notes", plugin: "notes", pluginId: id },
  ]);
  const again = save(handler, "notes", notesSource());
  await handler.loadPlugin(again);
  assertEquals(await handler.handleRoute(again, "/notes", get()), [
    { id: 1, text: "kept" },
  ]);
});

Deno.test("deletePlugin() with purge drops the table", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  const { handler, id } = await withNote(db);
  await using _ = handler;

  assertEquals(handler.deletePlugin(id, { purge: true }).success, true);

  assertEquals(tablesOf(db).includes("notes"), false);
  assertEquals(handler.getStatus().orphans, []);
  const other = save(handler, "other", notesSource());
  await handler.loadPlugin(other);
  assertEquals(await handler.handleRoute(other, "/notes", get()), []);
});

Deno.test("deletePlugin() of an unknown plugin says so", {
  permissions: "none",
}, async () => {
  await using handler = new PluginHandler(hostDatabase());
  const { success, cause } = handler.deletePlugin(7);
  assertEquals([success, cause?.code], [false, "PLUGIN_NOT_FOUND"]);
});

Deno.test("a plugin's table keeps its rows when its columns change", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  const { handler, id } = await withNote(db);
  await using _ = handler;
  const changed = notesSource().replace(
    `text: {`,
    `done: { type: "BOOLEAN", notNull: true, default: 0 }, text: {`,
  );
  handler.savePlugin({ ...handler.getAll()[0]!, plugin: changed }, true);
  await handler.loadPlugin(id);
  assertEquals(await handler.handleRoute(id, "/notes", get()), [
    { id: 1, text: "kept", done: false },
  ]);
});

Deno.test(
  "what a version that fails took from the table is back after a rollback",
  {
    permissions: "none",
  },
  async () => {
    using db = new DatabaseSync(":memory:");
    const { handler, id } = await withNote(db);
    await using _ = handler;
    const failing = notesSource()
      .replace(
        `text: { type: "TEXT", notNull: true }`,
        `other: { type: "TEXT" }`,
      )
      .replace("events:", `init() { throw new Error("no"); }, events:`);
    const row = { ...handler.getAll()[0]!, version: "2.0.0", plugin: failing };
    handler.savePlugin(row, true);
    await assertRejects(() => handler.loadPlugin(id), PluginError);

    assertEquals((await handler.rollbackPlugin(id, "1.0.0")).success, true);
    await handler.loadPlugin(id);
    assertEquals(await handler.handleRoute(id, "/notes", get()), [
      { id: 1, text: "kept" },
    ]);
  },
);

Deno.test("a plugin cannot reach other tables through its own", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(db);
  const id = save(
    handler,
    "thief",
    notesSource().replace(
      `list: ({ table }) => table.select(["*"]).all()`,
      `list: ({ table }) =>
        table.whereExpr("EXISTS (SELECT plugin FROM plugins)").all()`,
    ),
  );
  await handler.loadPlugin(id);
  const error = await assertRejects(
    () => handler.handleRoute(id, "/notes", get()),
    PluginError,
  );
  assertEquals(error.code, "ACTION_FAILED");
  assertEquals((error.cause as PluginError).code, "STORE_FAILED");
});
