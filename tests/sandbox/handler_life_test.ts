/**
 * One suite for both ways of running a plugin: what happens to plugins that
 * are reloaded, updated, fail and are set aside.
 *
 * @module
 */
import { PluginError } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  actionsSource,
  COUNTER,
  notesSource as notes,
} from "../handler/plugins.ts";
import {
  installed,
  Market,
  notesSource,
  storedVersion,
  versionSource,
} from "../management/market.ts";
import { bothWays, childProcesses, EVERYTHING } from "./both_ways.ts";

const TEXT = `text: { type: "TEXT" },`;

bothWays("reloads into a new instance", async (way) => {
  const id = await way.load(COUNTER);
  const before = await way.ask("/count");
  await way.handler.reloadPlugin(id);
  const after = await way.ask("/count");
  assertEquals([before.count, after.count], [1, 1]);
  assert(before.instance !== after.instance);
});

bothWays("reloads without dropping what is under way", async (way) => {
  const slow = actionsSource({
    slow: `async ({ logger }) => {
      logger.info("slow");
      await new Promise((resolve) => setTimeout(resolve, 100));
      return "done";
    }`,
  });
  const id = await way.load(slow);
  const call = way.ask("/slow");
  await way.logged("slow");
  await way.handler.reloadPlugin(id);
  assertEquals(await call, "done");
});

bothWays("shares one instance among first calls at once", async (way) => {
  const { handler } = way;
  handler.savePlugin({
    name: "counter",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: { name: "A" },
    plugin: COUNTER,
  });
  await Promise.all([handler.loadPlugin(1), handler.loadPlugins([1])]);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => way.ask("/count")),
  );
  assertEquals(new Set(answers.map(({ instance }) => instance)).size, 1);
});

bothWays("leaves nothing of a plugin whose init() fails", async (way) => {
  const code = notes("things").replace(
    "events:",
    `init() { throw new Error("not today") }, events:`,
  );
  const error = await assertRejects(() => way.load(code), PluginError);
  assertEquals(error.code, "LOAD_FAILED");
  const { handler } = way;
  assertEquals(handler.getLoadedPlugins(), []);
  assertEquals(handler.getHealth(1).state, "failed");
  assertEquals((await handler.emit("onContainerStart", {})).delivered, 0);
  const { successes, errors } = await handler.loadAllPlugins();
  assertEquals([successes, errors.length], [[], 1]);
  // The table that the failed load made is gone, and its name is free.
  assert(handler.savePlugin(rowWith(notes("things"))).success);
  await handler.loadPlugin(2);
});

function rowWith(plugin: string, name = "second") {
  return {
    name,
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: { name: "A" },
    plugin,
  };
}

bothWays("refuses code that fails or is no plugin", async (way) => {
  const cases = {
    LOAD_FAILED: `throw new Error("broken")`,
    INVALID_PLUGIN: `export default { config: { actions: 5 } }`,
  };
  for (const [code, source] of Object.entries(cases)) {
    const load = () => way.load(source, { name: code });
    assertEquals((await assertRejects(load, PluginError)).code, code);
  }
  assertEquals(way.handler.getLoadedPlugins(), []);
});

bothWays("refuses code that hangs", async (way) => {
  const code = `export default { init: () => new Promise(() => {}) }`;
  const error = await assertRejects(() => way.load(code), PluginError);
  assertEquals(error.code, "LOAD_TIMEOUT");
  assertEquals(way.handler.getLoadedPlugins(), []);
}, { loadTimeoutMs: 1_000 });

bothWays("refuses the table of another plugin at load", async (way) => {
  await way.load(notes("mine"));
  const load = () => way.load(notes("mine"), { name: "thief" });
  const error = await assertRejects(load, PluginError);
  assertEquals(error.code, "TABLE_NAME_TAKEN");
  assertEquals(way.handler.getLoadedPlugins(), [1]);
  await way.tell("/add", { text: "still here" });
});

bothWays("runs TypeScript", async (way) => {
  const code = `enum Size { Small = 1 }
    const size = (n: number): Size => n as Size;
    export default { config: {
      actions: { size: () => size(1) satisfies Size },
      apiRoutes: { "/size": { method: "GET", actions: ["size"] } },
    } };`;
  await way.load(code, { language: "typescript" } as never);
  assertEquals(await way.ask("/size"), 1);
});

bothWays("updates, migrates and rolls back", async (way) => {
  await using market = new Market();
  const { handler } = way;
  const offer = (version: string, columns: string) =>
    market.offer("a", { version, plugin: notesSource(columns) });
  const id = await installed(handler, offer("1.0.0", TEXT));
  await way.tell("/add", { text: "kept" });
  offer("2.0.0", `${TEXT} stars: { type: "INTEGER", default: 3 },`);
  const { success, error } = await handler.updateFromManifestLink(id);
  assertEquals([success, error], [true, undefined]);
  assertEquals(await way.ask("/list"), [{ id: 1, text: "kept", stars: 3 }]);
  assert((await handler.rollbackPlugin(id, "1.0.0")).success);
  assertEquals(await way.ask("/list"), [{ id: 1, text: "kept" }]);
  assertEquals(storedVersion(handler, id), "1.0.0");
});

bothWays("keeps the old version where the new one fails", async (way) => {
  await using market = new Market();
  const { handler } = way;
  const id = await installed(handler, market.offer("a"));
  const failing = [
    `throw new Error("broken")`,
    versionSource("2.0.0", `init() { throw new Error("not today") }`),
    notesSource(`text: { type: "TEXT" },`, { table: "plugins" }),
  ];
  for (const plugin of failing) {
    market.offer("a", { version: "2.0.0", plugin });
    assertEquals((await handler.updateFromManifestLink(id)).success, false);
    assertEquals(storedVersion(handler, id), "1.0.0");
    assertEquals(await way.ask("/version"), "1.0.0");
  }
});

bothWays("never sets a plugin aside whose actions fail", async (way) => {
  const code = actionsSource({
    fails: `() => { throw new Error("again") }`,
    works: "() => 1",
  });
  const id = await way.load(code);
  for (let count = 0; count < 9; count++) {
    await assertRejects(() => way.ask("/fails"), PluginError);
  }
  assertEquals(way.handler.getHealth(id).state, "degraded");
  assertEquals(way.handler.getHealth(id).actions.fails?.failures, 9);
  assertEquals(await way.ask("/works"), 1);
}, { quarantineAfter: 3 });

bothWays("takes a disabled plugin out of service", async (way) => {
  const id = await way.load(COUNTER);
  way.handler.disablePlugin(id, "because");
  const error = await assertRejects(() => way.ask("/count"), PluginError);
  assertEquals(error.code, "PLUGIN_DISABLED");
  assertEquals(way.handler.getHealth(id).state, "disabled");
  assertEquals((await way.handler.loadAllPlugins()).successes, []);
});

bothWays("imports a known plugin at its first call when lazy", async (way) => {
  const { handler } = way;
  const id = await way.load();
  handler.unloadPlugin(id);
  await way.logged("cleanup");
  assertEquals((await handler.loadAllPlugins()).successes, [id]);
  assertEquals(handler.getHealth(id).state, "registered");
  assertEquals(handler.hasFrontendRoutes(id), true);
  await Promise.all([way.ask("/chain"), way.ask("/rows")]);
  assertEquals(handler.getHealth(id).state, "active");
  assertEquals(way.logs.filter((line) => line === "init 0").length, 2);
}, { activation: "lazy" });

bothWays("leaves no process behind when it is closed", async (way) => {
  await way.load(EVERYTHING);
  const call = way.ask("/waits").catch(() => {});
  await way.logged("waiting");
  assertEquals(
    (await childProcesses()).length,
    // The plugin, and the store of its table.
    way.isolation === "process" ? 2 : 0,
  );
  await way.handler.close();
  await call;
  assertEquals(await childProcesses(), []);
}, { sandbox: { spare: 0 } });
