import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import {
  ask,
  auditOf,
  inMemory,
  installed,
  Market,
  notesSource,
  storedVersion,
  tell,
  versionSource,
} from "./market.ts";

/** Installs 1.0.0 and updates through the versions given. */
async function updatedThrough(
  handler: PluginHandler,
  market: Market,
  versions: readonly string[],
): Promise<number> {
  const id = await installed(handler, market.offer("a"));
  for (const version of versions) {
    market.offer("a", { version });
    assert((await handler.updateFromManifestLink(id)).success);
  }
  return id;
}

function versionsOf(handler: PluginHandler, id: number): string[] {
  return handler.listVersions(id).map(({ version }) => version);
}

Deno.test("rollbackPlugin() runs an earlier version in the place of the stored one", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await updatedThrough(handler, market, ["1.1.0", "1.2.0"]);
  const result = await handler.rollbackPlugin(id, "1.0.0", { actor: "ada" });
  assertEquals(result.message, "Plugin rolled back to 1.0.0");
  assertEquals(await ask(handler, id, "/version"), "1.0.0");
  assertEquals(versionsOf(handler, id), ["1.2.0", "1.1.0"]);
  const [entry] = handler.getAudit({ limit: 1 });
  assertEquals([entry!.action, entry!.actor, entry!.detail], [
    "rollback",
    "ada",
    "1.2.0 → 1.0.0",
  ]);
});

Deno.test("rollbackPlugin() can be undone by another rollback", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await updatedThrough(handler, market, ["1.1.0"]);
  for (const version of ["1.0.0", "1.1.0", "1.0.0"]) {
    assert((await handler.rollbackPlugin(id, version)).success);
    assertEquals(await ask(handler, id, "/version"), version);
    assertEquals(handler.listVersions(id).length, 1);
  }
});

Deno.test("rollbackPlugin() is refused for a version that is not kept", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await updatedThrough(handler, market, ["1.1.0"]);
  const { success, cause } = await handler.rollbackPlugin(id, "0.1.0");
  assertEquals([success, cause?.code], [false, "PLUGIN_NOT_FOUND"]);
  const unknown = await handler.rollbackPlugin(99, "1.0.0");
  assertEquals(unknown.cause?.code, "PLUGIN_NOT_FOUND");
});

Deno.test("rollbackPlugin() to a version that does not start leaves everything as it was", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const rest = "init() { if (globalThis.rollbackFails) throw new Error() }";
  const plugin = versionSource("1.0.0", rest);
  const id = await installed(handler, market.offer("a", { plugin }));
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  Object.assign(globalThis, { rollbackFails: true });
  assertEquals((await handler.rollbackPlugin(id, "1.0.0")).success, false);
  assertEquals(await ask(handler, id, "/version"), "2.0.0");
  assertEquals(storedVersion(handler, id), "2.0.0");
  assertEquals(versionsOf(handler, id), ["1.0.0"]);
  assertEquals(auditOf(handler, id).slice(2), ["rollback done", "return done"]);
});

Deno.test("keepVersions bounds the history", async () => {
  await using market = new Market();
  await using handler = inMemory({ keepVersions: 2 });
  const id = await updatedThrough(handler, market, ["1.1.0", "1.2.0", "1.3.0"]);
  assertEquals(versionsOf(handler, id), ["1.2.0", "1.1.0"]);
});

Deno.test("keepVersions keeps five versions by default, and one at least", async () => {
  await using market = new Market();
  await using five = inMemory();
  const six = ["1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0"];
  const id = await updatedThrough(five, market, six);
  assertEquals(five.listVersions(id).length, 5);
  await using one = inMemory({ keepVersions: 0 });
  const other = await updatedThrough(one, market, ["1.1.0", "1.2.0"]);
  assertEquals(versionsOf(one, other), ["1.1.0"]);
});

Deno.test("rollbackPlugin() brings dropped columns back with their values", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const both = `text: { type: "TEXT", notNull: true }, n: { type: "INTEGER" },`;
  const id = await installed(
    handler,
    market.offer("a", { plugin: notesSource(both) }),
  );
  await tell(handler, id, ["/add", { text: "one", n: 1 }]);
  await tell(handler, id, ["/add", { text: "two", n: 2 }]);
  for (
    const [version, columns] of [["2.0.0", `n: { type: "INTEGER" },`], [
      "3.0.0",
      "",
    ]]
  ) {
    market.offer("a", { version, plugin: notesSource(columns!) });
    assert((await handler.updateFromManifestLink(id)).success);
  }
  assertEquals(await ask(handler, id, "/list"), [{ id: 1 }, { id: 2 }]);
  const { error } = await handler.rollbackPlugin(id, "1.0.0");
  assertEquals(error, undefined);
  assertEquals(await ask(handler, id, "/list"), [
    { id: 1, text: "one", n: 1 },
    { id: 2, text: "two", n: 2 },
  ]);
});

Deno.test("a column that a later version drops and declares again comes back with its values", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const column = `text: { type: "TEXT" },`;
  const id = await installed(
    handler,
    market.offer("a", { plugin: notesSource(column) }),
  );
  await tell(handler, id, ["/add", { text: "one" }]);
  for (const [version, columns] of [["2.0.0", ""], ["3.0.0", column]]) {
    market.offer("a", { version, plugin: notesSource(columns!) });
    assert((await handler.updateFromManifestLink(id)).success);
  }
  assertEquals(await ask(handler, id, "/list"), [{ id: 1, text: "one" }]);
});

Deno.test("a column that no kept version declares does not come back", async () => {
  await using market = new Market();
  await using handler = inMemory({ keepVersions: 1 });
  const column = `text: { type: "TEXT" },`;
  const id = await installed(
    handler,
    market.offer("a", { plugin: notesSource(column) }),
  );
  await tell(handler, id, ["/add", { text: "one" }]);
  const steps = [["2.0.0", ""], ["3.0.0", "//"], ["4.0.0", column]];
  for (const [version, columns] of steps) {
    market.offer("a", { version, plugin: notesSource(`${columns}\n`) });
    assert((await handler.updateFromManifestLink(id)).success);
  }
  assertEquals(await ask(handler, id, "/list"), [{ id: 1, text: null }]);
});

Deno.test("rollbackPlugin() refuses a kept version that somebody changed in the database", async () => {
  await using market = new Market();
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database);
  const id = await updatedThrough(handler, market, ["2.0.0"]);
  database.exec(`UPDATE plugin_handler_versions SET row =
    replace(row, '() => ', '() => 6 + ')`);
  const { cause } = await handler.rollbackPlugin(id, "1.0.0");
  assertEquals(cause?.code, "INTEGRITY_MISMATCH");
  assertStringIncludes(cause!.message, "is not the code that was kept");
  assertEquals(await ask(handler, id, "/version"), "2.0.0");
});

Deno.test("rollbackPlugin() goes back although rows were made that lack a required column", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const required = `text: { type: "TEXT", notNull: true },
    n: { type: "INTEGER", notNull: true }, j: { type: "JSON", notNull: true },`;
  const id = await installed(
    handler,
    market.offer("a", { plugin: notesSource(required) }),
  );
  market.offer("a", { version: "2.0.0", plugin: notesSource("") });
  assert((await handler.updateFromManifestLink(id)).success);
  await tell(handler, id, ["/add", { id: 9 }]);
  const { error } = await handler.rollbackPlugin(id, "1.0.0");
  assertEquals(error, undefined);
  assertEquals(await ask(handler, id, "/list"), [
    { id: 9, text: "", n: 0, j: null },
  ]);
});
