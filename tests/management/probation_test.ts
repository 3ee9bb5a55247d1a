import { assert, assertEquals, assertRejects } from "@std/assert";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import {
  ask,
  auditOf,
  inMemory,
  installed,
  Market,
  notesSource,
  rowOf,
  storedVersion,
  tell,
  versionSource,
} from "./market.ts";

const BROKEN = "init() { throw new Error('broken') }";
const FAILING = `export default { config: {
  actions: { version: () => { throw new Error("broken") } },
  apiRoutes: { "/version": { method: "GET", actions: ["version"] } },
} };`;

/** A version that says when it starts, and what to await then. */
function announced(
  version = "1.0.0",
): { plugin: string; started: () => Promise<void> } {
  const name = `started${crypto.randomUUID().replaceAll("-", "")}`;
  const target = new EventTarget();
  Object.assign(globalThis, { [name]: target });
  const rest = `init() { ${name}.dispatchEvent(new Event("start")) }`;
  const plugin = versionSource(version, rest);
  return {
    plugin,
    started: async () => {
      await new Promise((resolve) =>
        target.addEventListener("start", resolve, { once: true })
      );
      // Publishing follows init() without waiting for anything.
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

async function failTimes(handler: PluginHandler, id: number, times: number) {
  for (let i = 0; i < times; i++) {
    await assertRejects(() => ask(handler, id, "/version"), PluginError);
  }
}

Deno.test("a new version whose actions all fail in its first minute gives its place back", async () => {
  await using market = new Market();
  await using handler = inMemory({ quarantineAfter: 3 });
  const { plugin, started } = announced();
  const id = await installed(handler, market.offer("a", { plugin }));
  market.offer("a", { version: "2.0.0", plugin: FAILING });
  assert((await handler.updateFromManifestLink(id)).success);
  const back = started();
  await failTimes(handler, id, 3);
  assertEquals(storedVersion(handler, id), "1.0.0");
  await back;
  assertEquals(await ask(handler, id, "/version"), "1.0.0");
  const { state, actions } = handler.getHealth(id);
  assertEquals([state, actions.version?.failures], ["active", 0]);
  assertEquals(auditOf(handler, id).slice(1), ["update done", "return done"]);
  assertEquals(handler.getAudit({ limit: 1 })[0]!.actor, "plugin-handler");
});

Deno.test("a new version whose actions fail after its first minute stays", async () => {
  await using market = new Market();
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database, { quarantineAfter: 2 });
  const id = await installed(handler, market.offer("a"));
  market.offer("a", { version: "2.0.0", plugin: FAILING });
  assert((await handler.updateFromManifestLink(id)).success);
  database.exec(
    "UPDATE plugin_handler_plugins SET trial_since = trial_since - 61000",
  );
  await failTimes(handler, id, 4);
  assertEquals(handler.getHealth(id).state, "degraded");
  assertEquals(storedVersion(handler, id), "2.0.0");
});

Deno.test("a new version of which one action works keeps its place", async () => {
  await using market = new Market();
  await using handler = inMemory({ quarantineAfter: 2 });
  const id = await installed(handler, market.offer("a"));
  const plugin = `export default { config: {
    actions: {
      version: () => { throw new Error("broken") },
      works: () => "fine",
    },
    apiRoutes: {
      "/version": { method: "GET", actions: ["version"] },
      "/works": { method: "GET", actions: ["works"] },
    },
  } };`;
  market.offer("a", { version: "2.0.0", plugin });
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals(await ask(handler, id, "/works"), "fine");
  await failTimes(handler, id, 8);
  assertEquals(storedVersion(handler, id), "2.0.0");
  assertEquals(handler.getHealth(id).state, "degraded");
});

Deno.test("a version that is not on trial and cannot load is quarantined", async () => {
  await using handler = inMemory({ quarantineAfter: 2 });
  handler.savePlugin(rowOf("a", versionSource("1.0.0")));
  const plugin = versionSource("2.0.0", BROKEN);
  handler.savePlugin(rowOf("a", plugin, { version: "2.0.0" }), true);
  for (let i = 0; i < 2; i++) {
    await assertRejects(() => handler.loadPlugin(1), PluginError);
  }
  assertEquals(handler.getHealth(1).state, "quarantined");
  assertEquals(auditOf(handler, 1).at(-1), "quarantine done");
});

for (const quarantineAfter of [0, 1, 5]) {
  Deno.test(`loadPlugin() loads the former version when the updated one does not load, quarantineAfter ${quarantineAfter}`, async () => {
    await using market = new Market();
    await using handler = inMemory({ quarantineAfter });
    const text = `text: { type: "TEXT", notNull: true },`;
    const first = market.offer("a", { plugin: notesSource(text) });
    const id = await installed(handler, first);
    await tell(handler, id, ["/add", { text: "kept" }]);
    handler.unloadPlugin(id);
    const plugin = notesSource("", { rest: BROKEN });
    market.offer("a", { version: "2.0.0", plugin });
    assert((await handler.updateFromManifestLink(id)).success);
    assertEquals(storedVersion(handler, id), "2.0.0");

    await handler.loadPlugin(id);
    assertEquals(storedVersion(handler, id), "1.0.0");
    assertEquals(await ask(handler, id, "/list"), [{ id: 1, text: "kept" }]);
    assertEquals(auditOf(handler, id).slice(1), ["update done", "return done"]);
  });
}

Deno.test("a former version that does not load either is reported, and nothing is returned to again", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const first = versionSource("1.0.0", BROKEN);
  const id = await installed(handler, market.offer("a", { plugin: first }), {
    load: false,
  });
  const plugin = versionSource("2.0.0", BROKEN);
  market.offer("a", { version: "2.0.0", plugin });
  assert((await handler.updateFromManifestLink(id)).success);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "broken");
  await assertRejects(() => handler.loadPlugin(id), PluginError, "broken");
  assertEquals(storedVersion(handler, id), "1.0.0");
});

Deno.test("a version on trial keeps its place when it is disabled or its row was changed", async () => {
  await using market = new Market();
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database);
  const id = await installed(handler, market.offer("a"), { load: false });
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  handler.disablePlugin(id);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "disabled");
  handler.enablePlugin(id);
  database.exec("UPDATE plugins SET plugin = plugin || ' '");
  const error = await assertRejects(() => handler.loadPlugin(id), PluginError);
  assertEquals(error.code, "INTEGRITY_MISMATCH");
  assertEquals(storedVersion(handler, id), "2.0.0");
});

Deno.test("savePlugin() ends the trial of the version that it replaces", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"), { load: false });
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  const plugin = versionSource("3.0.0", BROKEN);
  handler.savePlugin(rowOf("a", plugin, { version: "3.0.0" }), true);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "broken");
  assertEquals(storedVersion(handler, id), "3.0.0");
});

Deno.test("failures of the old version do not count against the new one", async () => {
  await using market = new Market();
  await using handler = inMemory({ quarantineAfter: 1 });
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  Object.assign(globalThis, { probationGate: { gate, started } });
  const plugin = `export default { config: {
    actions: { version: async () => {
      probationGate.started.resolve();
      await probationGate.gate.promise;
      throw new Error("late");
    } },
    apiRoutes: { "/version": { method: "GET", actions: ["version"] } },
  } };`;
  const id = await installed(handler, market.offer("a", { plugin }));
  const pending = ask(handler, id, "/version");
  await started.promise;
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  gate.resolve();
  await assertRejects(() => pending, PluginError, "late");
  assertEquals(await ask(handler, id, "/version"), "2.0.0");
  assertEquals(storedVersion(handler, id), "2.0.0");
});

Deno.test("loadAllPlugins() imports a version on trial even when activation is lazy", async () => {
  await using market = new Market();
  using database = new DatabaseSync(":memory:");
  {
    await using handler = new PluginHandler(database);
    const id = await installed(handler, market.offer("a"));
    handler.unloadPlugin(id);
    const plugin = versionSource("2.0.0", BROKEN);
    market.offer("a", { version: "2.0.0", plugin });
    assert((await handler.updateFromManifestLink(id)).success);
  }
  await using handler = new PluginHandler(database, { activation: "lazy" });
  assertEquals((await handler.loadAllPlugins()).successes, [1]);
  assertEquals(await ask(handler, 1, "/version"), "1.0.0");
});

Deno.test("an agent whose old version fails takes up the new one that another agent stored", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/agent.db`;
    await using market = new Market();
    await using one = new PluginHandler(path);
    await using two = new PluginHandler(path, { quarantineAfter: 2 });
    const id = await installed(one, market.offer("a", { plugin: FAILING }));
    await two.loadPlugin(id);
    const { plugin, started } = announced("2.0.0");
    market.offer("a", { version: "2.0.0", plugin });
    assert((await one.updateFromManifestLink(id)).success);
    const restarted = started();
    await failTimes(two, id, 2);
    await restarted;
    assertEquals(await ask(two, id, "/version"), "2.0.0");
    assertEquals(storedVersion(one, id), "2.0.0");
    assertEquals(one.getHealth(id).state, "active");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a plugin whose former version does not start either is quarantined", async () => {
  await using market = new Market();
  await using handler = inMemory({ quarantineAfter: 2 });
  const rest = "init() { if (globalThis.formerFails) throw new Error('no') }";
  const plugin = versionSource("1.0.0", rest);
  const id = await installed(handler, market.offer("a", { plugin }));
  market.offer("a", { version: "2.0.0", plugin: FAILING });
  assert((await handler.updateFromManifestLink(id)).success);
  Object.assign(globalThis, { formerFails: true });
  await failTimes(handler, id, 2);
  // It waits for what is under way, and then finds the plugin set aside.
  await assertRejects(() => handler.reloadPlugin(id), PluginError);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "quarantined");
  assertEquals(handler.getLoadedPlugins(), []);
  assertEquals(auditOf(handler, id).slice(2), [
    "return done",
    "quarantine done",
  ]);
});
