import { assert, assertEquals, assertRejects } from "@std/assert";
import { PluginError } from "@dockstat/plugin-handler";
import { ask, auditOf, inMemory, notesSource, rowOf, tell } from "./market.ts";

const SOURCE = notesSource(`text: { type: "TEXT" },`);

async function withNote() {
  const handler = inMemory();
  handler.savePlugin(rowOf("a", SOURCE));
  await handler.loadPlugin(1);
  await tell(handler, 1, ["/add", { text: "mine" }]);
  return handler;
}

Deno.test("deletePlugin() leaves the table, lists it, and gives it back to the same plugin", async () => {
  await using handler = await withNote();
  assert(handler.deletePlugin(1).success);
  assertEquals(handler.getStatus().orphans, [
    { table: "notes", pluginId: 1, plugin: "a" },
  ]);
  handler.savePlugin(rowOf("a", SOURCE));
  await handler.loadPlugin(2);
  assertEquals(await ask(handler, 2, "/list"), [{ id: 1, text: "mine" }]);
  assertEquals(handler.getStatus().orphans, []);
});

Deno.test("deletePlugin() keeps what is left from any other plugin", async () => {
  await using handler = await withNote();
  handler.deletePlugin(1);
  handler.savePlugin(rowOf("b", SOURCE));
  const error = await assertRejects(() => handler.loadPlugin(2), PluginError);
  assertEquals(error.code, "TABLE_NAME_TAKEN");
  assertEquals(handler.getStatus().orphans.length, 1);
});

Deno.test("deletePlugin() knows a renamed plugin by its new name", async () => {
  await using handler = await withNote();
  handler.savePlugin(rowOf("renamed", SOURCE, { id: 1 }), true);
  handler.deletePlugin(1);
  assertEquals(handler.getStatus().orphans[0]!.plugin, "renamed");
});

Deno.test("deletePlugin() with purge drops the table, also of a plugin that is deleted already", async () => {
  await using handler = await withNote();
  assert(handler.deletePlugin(1, { purge: true }).success);
  assertEquals(handler.getStatus().orphans, []);
  handler.savePlugin(rowOf("a", SOURCE));
  await handler.loadPlugin(2);
  assertEquals(await ask(handler, 2, "/list"), []);
  handler.deletePlugin(2);
  assertEquals(handler.getStatus().orphans.length, 1);
  assert(handler.deletePlugin(2, { purge: true }).success);
  assertEquals(handler.getStatus().orphans, []);
  assertEquals(handler.deletePlugin(2, { purge: true }).success, false);
});

Deno.test("deletePlugin() is refused for an id that nobody has, and says so in the audit log", async () => {
  await using handler = inMemory();
  const { success, cause } = handler.deletePlugin(7);
  assertEquals([success, cause?.code], [false, "PLUGIN_NOT_FOUND"]);
  assertEquals(auditOf(handler), ["delete refused"]);
});

Deno.test("deletePlugin() takes the history and what was granted along", async () => {
  await using handler = await withNote();
  handler.savePlugin(rowOf("a", SOURCE, { version: "2.0.0" }), true);
  handler.grantPermissions(1, { env: ["HOME"] });
  handler.deletePlugin(1);
  assertEquals(handler.listVersions(1), []);
  assertEquals((await handler.rollbackPlugin(1, "1.0.0")).success, false);
});
