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
  rowOf,
  storedVersion,
  tell,
  versionSource,
} from "./market.ts";

Deno.test("updateFromManifestLink() runs the new version in the place of the old one", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"));
  market.offer("a", { version: "1.1.0" });

  const result = await handler.updateFromManifestLink(id);
  assertEquals([result.success, result.id], [true, id]);
  assertEquals(result.message, "Plugin updated to 1.1.0");
  assertEquals(await ask(handler, id, "/version"), "1.1.0");
  assertEquals(storedVersion(handler, id), "1.1.0");
  assertEquals(handler.listVersions(id).map((it) => it.version), ["1.0.0"]);
});

Deno.test("updateFromManifestLink() says so when there is nothing new", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"));
  const result = await handler.updateFromManifestLink(id);
  assertEquals([result.success, result.message], [
    true,
    "Plugin is up to date",
  ]);
  assertEquals(handler.listVersions(id), []);
});

Deno.test("updateFromManifestLink() takes another URL when it is given one", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"));
  const manifest = { ...rowOf("a", versionSource("2.0.0")), version: "2.0.0" };
  market.serve("moved.json", JSON.stringify(manifest));
  const moved = market.url("moved.json");
  assert((await handler.updateFromManifestLink(id, moved)).success);
  assertEquals(await ask(handler, id, "/version"), "2.0.0");
});

Deno.test("updateFromManifestLink() leaves a plugin unloaded that was not loaded", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"), { load: false });
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals(handler.getLoadedPlugins(), []);
  await handler.loadPlugin(id);
  assertEquals(await ask(handler, id, "/version"), "2.0.0");
});

Deno.test("updateFromManifestLink() lets requests under way finish on the old version", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  Object.assign(globalThis, { updateGate: { gate, started } });
  const slow = `export default { config: {
    actions: {
      wait: async () => {
        const { gate, started } = globalThis.updateGate;
        started.resolve();
        await gate.promise;
      },
      version: () => "1.0.0",
    },
    apiRoutes: { "/slow": { method: "GET", actions: ["wait", "version"] } },
  } };`;
  const id = await installed(handler, market.offer("a", { plugin: slow }));
  const pending = ask(handler, id, "/slow");
  await started.promise;
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals(await ask(handler, id, "/version"), "2.0.0");
  gate.resolve();
  assertEquals(await pending, "1.0.0");
});

Deno.test("updateFromManifestLink() done twice at once updates once", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"));
  market.offer("a", { version: "2.0.0" });
  const results = await Promise.all([
    handler.updateFromManifestLink(id),
    handler.updateFromManifestLink(id),
  ]);
  assertEquals(results.map(({ success }) => success), [true, true]);
  assertEquals(handler.listVersions(id).length, 1);
  assertEquals(auditOf(handler, id), ["install done", "update done"]);
});

Deno.test("updateFromManifestLink() is refused when the plugin is replaced meanwhile", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"));
  market.offer("a", { version: "2.0.0" });
  const update = handler.updateFromManifestLink(id);
  const other = rowOf("a", versionSource("3.0.0"), { version: "3.0.0" });
  assert(handler.savePlugin(other, true).success);
  const { success, error } = await update;
  assertEquals(success, false);
  assertStringIncludes(error!, "somebody else replaced it meanwhile");
  assertEquals(storedVersion(handler, id), "3.0.0");
});

Deno.test("updateFromManifestLink() is refused when the plugin is deleted meanwhile", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"));
  market.offer("a", { version: "2.0.0" });
  const update = handler.updateFromManifestLink(id);
  assert(handler.deletePlugin(id).success);
  assertEquals((await update).cause?.code, "PLUGIN_NOT_FOUND");
  assertEquals(handler.getAll(), []);
});

Deno.test("updateFromManifestLink() is refused for a plugin that is not stored", async () => {
  await using handler = inMemory();
  const { success, cause } = await handler.updateFromManifestLink(7);
  assertEquals([success, cause?.code], [false, "PLUGIN_NOT_FOUND"]);
  assertEquals(auditOf(handler), ["update refused"]);
});

Deno.test("updateFromManifestLink() starts a new version with a health of its own", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const failing = `export default { config: {
    actions: { fail: () => { throw new Error("broken") } },
    apiRoutes: { "/fail": { method: "GET", actions: ["fail"] } },
  } };`;
  const id = await installed(handler, market.offer("a", { plugin: failing }));
  await ask(handler, id, "/fail").catch(() => {});
  assertEquals(handler.getHealth(id).actions.fail?.failures, 1);
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  const { actions, lastError, state } = handler.getHealth(id);
  assertEquals([actions, lastError, state], [{}, undefined, "active"]);
});

Deno.test("updateFromManifestLink() lifts a quarantine and leaves disabled plugins disabled", async () => {
  await using market = new Market();
  await using handler = inMemory({ quarantineAfter: 1 });
  const broken = versionSource("1.0.0", "init() { throw new Error('no') }");
  const a = await installed(handler, market.offer("a", { plugin: broken }), {
    load: false,
  });
  const b = await installed(handler, market.offer("b"));
  await handler.loadPlugins([a]);
  handler.disablePlugin(b, "not now");
  assertEquals(handler.getHealth(a).state, "quarantined");
  for (const [id, name] of [[a, "a"], [b, "b"]] as const) {
    market.offer(name, { version: "2.0.0" });
    assert((await handler.updateFromManifestLink(id)).success);
  }
  await handler.loadPlugin(a);
  assertEquals(await ask(handler, a, "/version"), "2.0.0");
  assertEquals(handler.getHealth(b).state, "disabled");
  assertEquals(storedVersion(handler, b), "2.0.0");
});

Deno.test("updateFromManifestLink() in safe mode stores the new version without running it", async () => {
  await using market = new Market();
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database, { safeMode: true });
  const id = await installed(handler, market.offer("a"), { load: false });
  const plugin = "globalThis.ranInSafeMode = true; export default {}";
  market.offer("a", { version: "2.0.0", plugin });
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals("ranInSafeMode" in globalThis, false);
  assertEquals(storedVersion(handler, id), "2.0.0");
});

Deno.test("updateFromManifestLink() refuses an older version unless it is meant", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a", { version: "2.0.0" }));
  market.offer("a", { version: "1.9.0" });
  const refused = await handler.updateFromManifestLink(id);
  assertEquals([refused.success, storedVersion(handler, id)], [false, "2.0.0"]);
  assertStringIncludes(refused.error!, "allowDowngrade");
  const options = { allowDowngrade: true };
  const meant = await handler.updateFromManifestLink(id, undefined, options);
  assertEquals([meant.success, storedVersion(handler, id)], [true, "1.9.0"]);
});

Deno.test("pinPlugin() keeps updates within a range", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"));
  assert(handler.pinPlugin(id, "^1.0.0").success);
  market.offer("a", { version: "2.0.0" });
  const refused = await handler.updateFromManifestLink(id);
  assertStringIncludes(refused.error!, "outside of the pinned range ^1.0.0");
  market.offer("a", { version: "1.5.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  assert(handler.pinPlugin(id, null).success);
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals(handler.pinPlugin(id, "no range").success, false);
  assertEquals(handler.pinPlugin(99, "^1.0.0").cause?.code, "PLUGIN_NOT_FOUND");
});

Deno.test("updateFromManifestLink() migrates the table together with the row", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const text = `text: { type: "TEXT" },`;
  const id = await installed(
    handler,
    market.offer("a", { plugin: notesSource(text) }),
  );
  await tell(handler, id, ["/add", { text: "kept" }]);
  const plugin = notesSource(`${text} stars: { type: "INTEGER", default: 3 },`);
  market.offer("a", { version: "2.0.0", plugin });
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals(await ask(handler, id, "/list"), [
    { id: 1, text: "kept", stars: 3 },
  ]);
});

Deno.test("updateFromManifestLink() swaps a plugin that is registered and not imported yet", async () => {
  await using market = new Market();
  using database = new DatabaseSync(":memory:");
  const options = { activation: "lazy" } as const;
  {
    await using handler = new PluginHandler(database, options);
    await installed(handler, market.offer("a"));
  }
  await using handler = new PluginHandler(database, options);
  await handler.loadAllPlugins();
  assertEquals(handler.getHealth(1).state, "registered");
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(1)).success);
  assertEquals(await ask(handler, 1, "/version"), "2.0.0");
});

Deno.test("loadPlugin() during an update waits for it, and loads the new version", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const id = await installed(handler, market.offer("a"), { load: false });
  market.offer("a", { version: "2.0.0" });
  const [update] = await Promise.all([
    handler.updateFromManifestLink(id),
    market.served().then(() => handler.loadPlugin(id)),
  ]);
  assertEquals([update.success, storedVersion(handler, id)], [true, "2.0.0"]);
  await handler.reloadPlugin(id);
  assertEquals(await ask(handler, id, "/version"), "2.0.0");
  assertEquals(handler.getHealth(id).changedInStore, false);
});

Deno.test("updates of many plugins, reloads and unloads go on side by side", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const names = Array.from({ length: 12 }, (_, at) => `p${at}`);
  for (const name of names) await installed(handler, market.offer(name));
  for (const name of names) market.offer(name, { version: "2.0.0" });
  const ids = handler.getLoadedPlugins();
  await Promise.all(ids.flatMap((id) => [
    handler.updateFromManifestLink(id).then(({ error }) =>
      assertEquals(error, undefined)
    ),
    id % 3 === 0 ? handler.reloadPlugin(id) : undefined,
    id % 3 === 1 ? Promise.resolve(handler.unloadPlugin(id)) : undefined,
  ]));
  await handler.loadAllPlugins();
  assertEquals(handler.getLoadedPlugins().length, names.length);
  for (const id of ids) {
    assertEquals(await ask(handler, id, "/version"), "2.0.0");
  }
});

Deno.test("a version that was tried while nobody had it loaded is imported once", async () => {
  await using market = new Market();
  const counted = (version: string) =>
    `globalThis.imports = (globalThis.imports ?? 0) + 1;
    ${versionSource(version)}`;
  const imports = () => (globalThis as { imports?: number }).imports;
  for (const activation of ["eager", "lazy"] as const) {
    await using handler = inMemory({ activation, install: { trial: false } });
    const offer = (version: string) =>
      market.offer("a", { version, plugin: counted(version) });
    const id = await installed(handler, offer("1.0.0"), { load: false });
    Reflect.deleteProperty(globalThis, "imports");
    offer("2.0.0");
    assert((await handler.updateFromManifestLink(id)).success);
    assertEquals(imports(), 1);
    await handler.loadAllPlugins();
    assertEquals(await ask(handler, id, "/version"), "2.0.0");
    assertEquals(imports(), 1);
    // What runs anew has state of its own.
    await handler.reloadPlugin(id);
    assertEquals(imports(), 2);
    handler.unloadPlugin(id);
    await handler.loadPlugin(id);
    assertEquals(imports(), 3);
  }
  Reflect.deleteProperty(globalThis, "imports");
});

Deno.test("a version that was tried is not loaded where another was stored since", async () => {
  await using market = new Market();
  await using handler = inMemory({ install: { trial: false } });
  const id = await installed(handler, market.offer("a"), { load: false });
  market.offer("a", { version: "2.0.0" });
  assert((await handler.updateFromManifestLink(id)).success);
  handler.savePlugin(
    { ...rowOf("a", versionSource("3.0.0")), version: "3.0.0" },
    true,
  );
  await handler.loadPlugin(id);
  assertEquals(await ask(handler, id, "/version"), "3.0.0");
});
