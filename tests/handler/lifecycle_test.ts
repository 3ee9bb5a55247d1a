import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  actionsSource,
  COUNTER,
  get,
  inMemory,
  notesSource,
  post,
  rowOf,
  save,
  tablesOf,
} from "./plugins.ts";

interface Count {
  readonly instance: string;
  readonly count: number;
}

async function count(handler: PluginHandler, id: number): Promise<Count> {
  return await handler.handleRoute(id, "/count", get()) as Count;
}

/** Ends its import when it is told to. */
function gated(gate: string): string {
  return `globalThis["${gate}"].arrived.resolve();
    await globalThis["${gate}"].opened.promise;
    ${notesSource()}`;
}

function gate(name: string): Disposable & {
  readonly arrived: PromiseWithResolvers<void>;
  readonly opened: PromiseWithResolvers<void>;
} {
  const made = {
    arrived: Promise.withResolvers<void>(),
    opened: Promise.withResolvers<void>(),
  };
  Reflect.set(globalThis, name, made);
  return {
    ...made,
    [Symbol.dispose]: () => void Reflect.deleteProperty(globalThis, name),
  };
}

Deno.test("loadPlugin() shares one import between loads at the same time", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(handler, "counter", COUNTER);

  const [first, second, many] = await Promise.all([
    handler.loadPlugin(id),
    handler.loadPlugin(id),
    handler.loadPlugins([id]),
  ]);

  assertEquals(first, second);
  assertEquals(many, { successes: [id], errors: [], skipped: [] });
  assertEquals(handler.getLoadedPlugins(), [id]);
  assertEquals((await count(handler, id)).count, 1);
});

Deno.test("unloadPlugin() during a load leaves nothing loaded", {
  permissions: "none",
}, async () => {
  using door = gate("unload-during-load");
  using db = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(db);
  const id = save(handler, "notes", gated("unload-during-load"));
  const tables = tablesOf(db);

  const loading = handler.loadPlugin(id);
  await door.arrived.promise;
  handler.unloadPlugin(id);
  door.opened.resolve();

  const error = await assertRejects(() => loading, PluginError);
  assertEquals(error.code, "LOAD_FAILED");
  assertEquals(handler.getLoadedPlugins(), []);
  assertEquals(handler.getHookHandlers().size, 0);
  assertEquals(tablesOf(db), tables);
});

Deno.test("deletePlugin() during a load leaves nothing loaded", {
  permissions: "none",
}, async () => {
  using door = gate("delete-during-load");
  using db = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(db);
  const id = save(handler, "notes", gated("delete-during-load"));
  const tables = tablesOf(db);

  const loading = handler.loadPlugin(id);
  await door.arrived.promise;
  assertEquals(handler.deletePlugin(id).success, true);
  door.opened.resolve();

  await assertRejects(() => loading, PluginError);
  assertEquals(handler.getLoadedPlugins(), []);
  assertEquals(tablesOf(db), tables);
});

Deno.test("close() during a load leaves nothing loaded", {
  permissions: "none",
}, async () => {
  using door = gate("close-during-load");
  const handler = inMemory();
  const id = save(handler, "notes", gated("close-during-load"));

  const loading = handler.loadPlugin(id).catch((error) => error.code);
  await door.arrived.promise;
  const closed = handler.close();
  door.opened.resolve();

  await closed;
  assertEquals(await loading, "LOAD_FAILED");
  assertEquals(handler.getLoadedPlugins(), []);
});

Deno.test("unloadPlugin() takes routes, hooks and pages, and calls cleanup()", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const source = notesSource().replace(
    "events:",
    `cleanup: ({ table }) => { table.insert({ text: "cleaned" }); }, events:`,
  );
  const id = save(handler, "notes", source);
  await handler.loadPlugin(id);

  assertEquals([handler.unloadPlugin(id), handler.unloadPlugin(id)], [
    true,
    false,
  ]);

  assertEquals(handler.getAllPluginRoutes(), []);
  assertEquals(handler.getHookHandlers().size, 0);
  assertEquals(handler.hasFrontendRoutes(id), false);
  assertEquals(await handler.emit("onContainerStart", { name: "web" }), {
    delivered: 0,
    failed: [],
  });
  await handler.loadPlugin(id);
  assertEquals(await handler.handleRoute(id, "/notes", get()), [
    { id: 1, text: "cleaned" },
  ]);
});

Deno.test("unloadPlugin() aborts what is under way", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const source = actionsSource({
    wait: `({ signal }) => new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason)))`,
  });
  const id = save(handler, "waits", source);
  await handler.loadPlugin(id);

  const waiting = handler.handleRoute(id, "/wait", get());
  handler.unloadPlugin(id);

  await assertRejects(() => waiting, PluginError, "unloaded");
});

Deno.test("identical code in two rows makes two instances", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const first = save(handler, "first", COUNTER);
  const second = save(handler, "second", COUNTER);
  await handler.loadAllPlugins();

  const counts = [await count(handler, first), await count(handler, second)];
  assertEquals(counts.map(({ count }) => count), [1, 1]);
  assertNotEquals(counts[0]!.instance, counts[1]!.instance);
});

Deno.test("reloadPlugin() makes a fresh instance", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(handler, "counter", COUNTER);
  await handler.loadPlugin(id);
  const before = await count(handler, id);

  assertEquals((await handler.reloadPlugin(id)).id, id);

  const after = await count(handler, id);
  assertEquals(after.count, 1);
  assertNotEquals(before.instance, after.instance);
});

Deno.test("savePlugin() with update keeps the id and unloads the old version", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(handler, "counter", COUNTER);
  await handler.loadPlugin(id);

  const update = rowOf("counter", notesSource(), { version: "2.0.0" });
  const { success, id: kept } = handler.savePlugin(update, true);

  assertEquals([success, kept], [true, id]);
  assertEquals(handler.getLoadedPlugins(), []);
  assertEquals(handler.listVersions(id).map(({ version }) => version), [
    "1.0.0",
  ]);
  await handler.loadPlugin(id);
  assertEquals(await handler.handleRoute(id, "/notes", get()), []);
});

Deno.test("savePlugin() refuses a name that is stored, and says what to do", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(handler, "counter", COUNTER);
  const { success, error } = handler.savePlugin(rowOf("counter", "1"));
  assertEquals(success, false);
  assertStringIncludes(error!, `stored as ${id}; pass update`);
  assertEquals(handler.getAll().length, 1);
});

Deno.test("safeMode serves status and management, and loads nothing", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using before = new PluginHandler(db);
  const id = save(before, "notes", notesSource());
  await using handler = new PluginHandler(db, { safeMode: true });

  assertEquals(await handler.loadAllPlugins(), {
    successes: [],
    errors: [],
    skipped: [],
  });
  await assertRejects(() => handler.loadPlugin(id), PluginError, "safe mode");
  assertEquals(handler.getStatus().installed_plugins.count, 1);
  assertEquals(handler.disablePlugin(id, "suspect").success, true);
  assertEquals(handler.deletePlugin(id).success, true);
});

Deno.test("lazy activation imports the code at the first use", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using eager = new PluginHandler(db);
  const id = save(eager, "notes", notesSource());
  await eager.loadAllPlugins();
  await eager.close();

  await using handler = new PluginHandler(db, { activation: "lazy" });
  assertEquals((await handler.loadAllPlugins()).successes, [id]);
  assertEquals(handler.getHealth(id).state, "registered");
  assertEquals(handler.getAllPluginRoutes(), [
    { plugin: "notes", routes: ["/notes", "/add"] },
  ]);

  assertEquals(await handler.handleRoute(id, "/add", post({ text: "a" })), 1);
  assertEquals(handler.getHealth(id).state, "active");
});
