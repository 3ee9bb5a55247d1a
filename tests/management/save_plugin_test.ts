import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import { ask, auditOf, inMemory, rowOf, versionSource } from "./market.ts";

function second(rest: Parameters<typeof rowOf>[2] = {}) {
  return rowOf("a", versionSource("2.0.0"), { version: "2.0.0", ...rest });
}

function withFirst(): PluginHandler {
  const handler = inMemory();
  assert(handler.savePlugin(rowOf("a", versionSource("1.0.0"))).success);
  return handler;
}

Deno.test("savePlugin() with update finds the plugin by its name and keeps its id", async () => {
  await using handler = withFirst();
  const result = handler.savePlugin(second(), true);
  assertEquals([result.success, result.id], [true, 1]);
  assertEquals(result.message, "Plugin updated successfully");
  assertEquals(handler.getAll().map(({ id, version }) => [id, version]), [
    [1, "2.0.0"],
  ]);
  assertEquals(handler.listVersions(1).map((it) => it.version), ["1.0.0"]);
});

Deno.test("savePlugin() with update finds the plugin by its id first, and renames it", async () => {
  await using handler = withFirst();
  handler.savePlugin(rowOf("b", versionSource("1.0.0")));
  assert(handler.savePlugin(second({ id: 1, name: "c" }), true).success);
  assertEquals(handler.getAll().map(({ id, name }) => [id, name]), [
    [1, "c"],
    [2, "b"],
  ]);
});

Deno.test("savePlugin() with update and an unknown id goes by the name", async () => {
  await using handler = withFirst();
  assertEquals(handler.savePlugin(second({ id: 77 }), true).id, 1);
});

Deno.test("savePlugin() with update adds a plugin that is not stored", async () => {
  await using handler = inMemory();
  const { id, message } = handler.savePlugin(second(), true);
  assertEquals([id, message], [1, "Plugin saved successfully"]);
  assertEquals(auditOf(handler, 1), ["save done"]);
});

Deno.test("savePlugin() with update unloads the plugin until it is loaded again", async () => {
  await using handler = withFirst();
  await handler.loadPlugin(1);
  handler.savePlugin(second(), true);
  assertEquals(handler.getLoadedPlugins(), []);
  await handler.loadPlugin(1);
  assertEquals(await ask(handler, 1, "/version"), "2.0.0");
});

Deno.test("savePlugin() without update refuses a name and an id that are taken", async () => {
  await using handler = withFirst();
  const named = handler.savePlugin(second());
  assertEquals(named.success, false);
  assertStringIncludes(named.error!, `a plugin of this name is stored as 1`);
  const numbered = handler.savePlugin(second({ name: "b", id: 1 }));
  assertEquals([numbered.success, numbered.cause?.code], [
    false,
    "STORE_FAILED",
  ]);
  assertEquals(handler.getAll().length, 1);
  assertEquals(auditOf(handler), ["save done", "save refused", "save refused"]);
});

Deno.test("savePlugin() with update that fails leaves the old row whole and running", async () => {
  await using handler = withFirst();
  handler.savePlugin(rowOf("b", versionSource("1.0.0")));
  await handler.loadPlugin(1);
  const result = handler.savePlugin(second({ id: 1, name: "b" }), true);
  assertEquals([result.success, result.cause?.code], [false, "STORE_FAILED"]);
  assertEquals(handler.listVersions(1), []);
  assertEquals(await ask(handler, 1, "/version"), "1.0.0");
});

Deno.test("savePlugin() with update and the same code adds nothing to the history", async () => {
  await using handler = withFirst();
  const row = rowOf("a", versionSource("1.0.0"), { description: "better" });
  assert(handler.savePlugin(row, true).success);
  assertEquals(handler.listVersions(1), []);
  assertEquals(handler.getAll()[0]!.description, "better");
});

Deno.test("savePlugin() with update can be rolled back, whoever wrote the first row", async () => {
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database);
  const insert = database.prepare(
    `INSERT INTO plugins (author, manifest, name, plugin, repository, repoType,
      version) VALUES ('{}', 'm', 'a', ?, 'r', 'local', '1.0.0')`,
  );
  insert.run(versionSource("1.0.0"));
  assert(handler.savePlugin(second(), true).success);
  assert((await handler.rollbackPlugin(1, "1.0.0")).success);
  await handler.loadPlugin(1);
  assertEquals(await ask(handler, 1, "/version"), "1.0.0");
});

Deno.test("savePlugin() gives a new plugin none of what an earlier one of its id was granted", async () => {
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database);
  handler.savePlugin(rowOf("a", versionSource("1.0.0")));
  handler.grantPermissions(1, { net: true });
  handler.disablePlugin(1);
  // The original knows nothing of what this handler keeps beside the row.
  database.exec("DELETE FROM plugins");
  assert(handler.savePlugin(second({ name: "b", id: 1 })).success);
  assertEquals(handler.getPermissions(1).granted, {});
  assertEquals(handler.getHealth(1).state, "registered");
});
