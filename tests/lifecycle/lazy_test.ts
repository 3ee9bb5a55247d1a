import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  actionsSource,
  COUNTER,
  get,
  notesSource,
  rowOf,
  save,
} from "../handler/plugins.ts";
import { type Gate, makeGate } from "./gates.ts";

/** A plugin that tells when it is imported, and when it is initialised. */
function watched(gate: Gate, table = "notes"): string {
  return `${gate.source}.pass("import");` +
    notesSource(table).replace(
      "events:",
      `init() { ${gate.source}.pass("init"); }, events:`,
    );
}

/** Loads everything once, so that the next start knows it all. */
async function learn(db: DatabaseSync): Promise<void> {
  await using handler = new PluginHandler(db);
  const { errors } = await handler.loadAllPlugins();
  assertEquals(errors, []);
}

function openLazy(db: DatabaseSync): PluginHandler {
  return new PluginHandler(db, { activation: "lazy" });
}

interface Learnt extends AsyncDisposable {
  readonly handler: PluginHandler;
  readonly gate: Gate;
  readonly id: number;
}

/** A lazy handler that knows one plugin and has not imported it. */
async function startLearnt(): Promise<Learnt> {
  const db = new DatabaseSync(":memory:");
  const gate = makeGate();
  const before = new PluginHandler(db);
  const id = save(before, "notes", watched(gate));
  await before.close();
  await learn(db);
  const seen = gate.arrivals.length;
  const handler = openLazy(db);
  assertEquals((await handler.loadAllPlugins()).successes, [id]);
  assertEquals(gate.arrivals.length, seen);
  return {
    handler,
    gate,
    id,
    async [Symbol.asyncDispose]() {
      await handler.close();
      gate[Symbol.dispose]();
      db.close();
    },
  };
}

/** `import` and `init` of the first start, then of this one. */
const ONCE_MORE = ["import", "init", "import", "init"];
const NOT_AGAIN = ["import", "init"];

Deno.test("a known plugin is listed without being imported", {
  permissions: "none",
}, async () => {
  await using learnt = await startLearnt();
  const { handler, gate, id } = learnt;

  assertEquals(handler.getLoadedPlugins(), [id]);
  assertEquals(handler.getAllPluginRoutes(), [
    { plugin: "notes", routes: ["/notes", "/add"] },
  ]);
  assertEquals([...handler.getHookHandlers().keys()], [id]);
  assertEquals(handler.getAllFrontendRoutes().length, 1);
  assertEquals(handler.hasFrontendRoutes(id), true);
  assertEquals(handler.getStatus().loaded_plugins.length, 1);
  assertEquals(handler.getHealth(id).state, "registered");
  assertEquals(gate.arrivals, NOT_AGAIN);
});

Deno.test("a known plugin's table is at hand without importing it", {
  permissions: "none",
}, async () => {
  await using learnt = await startLearnt();
  const { table } = learnt.handler.getServerHooks(learnt.id);
  table!.insert({ text: "by the host" });
  assertEquals(table!.count(), 1);
  assertEquals(learnt.gate.arrivals, NOT_AGAIN);
});

Deno.test("requests that come together import a plugin once", {
  permissions: "none",
}, async () => {
  await using learnt = await startLearnt();
  const { handler, gate, id } = learnt;

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => handler.handleRoute(id, "/notes", get())),
  );

  assertEquals(answers, Array(20).fill([]));
  assertEquals(gate.arrivals, ONCE_MORE);
  assertEquals(handler.getHealth(id).state, "active");
});

Deno.test("a request, an event and a load that come together import once", {
  permissions: "none",
}, async () => {
  await using learnt = await startLearnt();
  const { handler, gate, id } = learnt;

  const [answer, emitted, loaded] = await Promise.all([
    handler.handleRoute(id, "/notes", get()),
    handler.emit("container:started", { name: "web" }),
    handler.loadPlugin(id),
  ]);

  assertEquals(Array.isArray(answer), true);
  assertEquals([emitted.delivered, emitted.failed], [1, []]);
  assertEquals(loaded.id, id);
  assertEquals(gate.arrivals, ONCE_MORE);
});

Deno.test("an event imports a plugin that has a hook for it, and no other", {
  permissions: "none",
}, async () => {
  await using learnt = await startLearnt();
  const { handler, id } = learnt;
  await handler.emit("image:pulled", {});
  assertEquals(handler.getHealth(id).state, "registered");
  await handler.emit("onContainerStart", { name: "web" });
  assertEquals(handler.getHealth(id).state, "active");
  assertEquals(await handler.handleRoute(id, "/notes", get()), [
    { id: 1, text: "web" },
  ]);
});

Deno.test("an event imports many plugins together", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  using gate = makeGate();
  const source = (index: number) =>
    `${gate.source}.pass(); export default { events: { tick() {} } };//${index}`;
  await using before = new PluginHandler(db);
  for (let index = 0; index < 40; index++) {
    save(before, `p${index}`, source(index));
  }
  await learn(db);
  await using handler = openLazy(db);
  await handler.loadAllPlugins();

  const { delivered, failed } = await handler.emit("tick");

  assertEquals([delivered, failed], [40, []]);
  assertEquals(gate.arrivals.length, 80);
});

Deno.test("loadPlugin() of a registered plugin activates it, once", {
  permissions: "none",
}, async () => {
  await using learnt = await startLearnt();
  const { handler, id } = learnt;
  assertEquals((await handler.loadPlugin(id)).id, id);
  assertEquals(handler.getHealth(id).state, "active");
  const error = await assertRejects(() => handler.loadPlugin(id), PluginError);
  assertEquals(error.code, "PLUGIN_ALREADY_LOADED");
});

Deno.test(
  "unloadPlugin() of a registered plugin neither imports nor cleans up",
  {
    permissions: "none",
  },
  async () => {
    await using learnt = await startLearnt();
    const { handler, gate, id } = learnt;
    assertEquals([handler.unloadPlugin(id), handler.unloadPlugin(id)], [
      true,
      false,
    ]);
    assertEquals(handler.getAllPluginRoutes(), []);
    assertEquals(gate.arrivals, NOT_AGAIN);
    await handler.loadPlugin(id);
    assertEquals(gate.arrivals, ONCE_MORE);
  },
);

Deno.test("changed code is imported once to learn it", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using first = new PluginHandler(db);
  const id = save(first, "notes", COUNTER);
  await learn(db);
  first.savePlugin(rowOf("notes", notesSource()), true);

  for (const state of ["active", "registered"]) {
    await using handler = openLazy(db);
    assertEquals((await handler.loadAllPlugins()).successes, [id]);
    assertEquals(handler.getHealth(id).state, state);
    assertEquals(handler.getAllPluginRoutes()[0]!.routes, ["/notes", "/add"]);
  }
});

for (
  const [where, source] of [
    [
      "its definition",
      COUNTER.replace("config:", `activation: "startup", config:`),
    ],
    ["a text that looks like it", `${COUNTER} //"activation":"startup"`],
  ] as const
) {
  Deno.test(`a start imports what asks for it in ${where}, and nothing else`, {
    permissions: "none",
  }, async () => {
    using db = new DatabaseSync(":memory:");
    await using first = new PluginHandler(db);
    const id = save(first, "counter", source);
    await learn(db);
    await using handler = openLazy(db);
    await handler.loadAllPlugins();
    const asks = where === "its definition";
    assertEquals(handler.getHealth(id).state, asks ? "active" : "registered");
  });
}

Deno.test("a start imports what its manifest asks for", {
  permissions: { net: ["127.0.0.1"] },
}, async () => {
  using db = new DatabaseSync(":memory:");
  const manifest = {
    ...rowOf("eager", COUNTER),
    repoType: "http",
    tags: [],
    description: "d",
    activation: "startup",
  };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json(manifest),
  );
  await using first = new PluginHandler(db);
  const { error, id } = await first.installFromManifestLink(
    `http://127.0.0.1:${server.addr.port}/manifest.json`,
  );
  assertEquals(error, undefined);
  await learn(db);
  await using handler = openLazy(db);
  await handler.loadAllPlugins();
  assertEquals(handler.getHealth(id!).state, "active");
});

Deno.test("a failing activation is LOAD_FAILED, counts, and is tried again", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  const flag = `fails-${crypto.randomUUID()}`;
  const source = `if (globalThis["${flag}"]) throw new Error("not now");
    ${COUNTER}`;
  await using first = new PluginHandler(db);
  const id = save(first, "moody", source);
  await learn(db);
  await using handler = openLazy(db);
  await handler.loadAllPlugins();

  Reflect.set(globalThis, flag, true);
  const error = await assertRejects(
    () => handler.handleRoute(id, "/count", get()),
    PluginError,
    "not now",
  );
  assertEquals(error.code, "LOAD_FAILED");
  assertEquals(handler.getHealth(id).state, "failed");
  assertStringIncludes(handler.getHealth(id).lastError!, "not now");
  assertEquals(handler.getLoadedPlugins(), [id]);

  Reflect.deleteProperty(globalThis, flag);
  await handler.handleRoute(id, "/count", get());
  assertEquals(handler.getHealth(id).state, "active");
});

Deno.test("activations that fail in a row set a plugin aside", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  const flag = `fails-${crypto.randomUUID()}`;
  const source = `if (globalThis["${flag}"]) throw new Error("never");
    ${COUNTER}`;
  await using first = new PluginHandler(db);
  const id = save(first, "moody", source);
  await learn(db);
  Reflect.set(globalThis, flag, true);
  await using handler = new PluginHandler(db, {
    activation: "lazy",
    quarantineAfter: 2,
  });
  await handler.loadAllPlugins();

  const codes = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    codes.push(
      await handler.handleRoute(id, "/count", get()).catch(({ code }) => code),
    );
  }

  assertEquals(codes, ["LOAD_FAILED", "LOAD_FAILED", "PLUGIN_QUARANTINED"]);
  assertEquals(handler.getHealth(id).state, "quarantined");
  Reflect.deleteProperty(globalThis, flag);
});

Deno.test("code that changed behind the handler's back is not activated", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using first = new PluginHandler(db);
  const id = save(first, "counter", COUNTER);
  await learn(db);
  await using handler = openLazy(db);
  await handler.loadAllPlugins();
  db.exec(`UPDATE plugins SET plugin = plugin || ';globalThis.stolen = 1'`);

  const error = await assertRejects(
    () => handler.handleRoute(id, "/count", get()),
    PluginError,
  );

  assertEquals(error.code, "INTEGRITY_MISMATCH");
  assertEquals(Reflect.has(globalThis, "stolen"), false);
});

Deno.test("what another agent replaced is not activated, and no failure", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using other = new PluginHandler(db);
  const id = save(other, "counter", COUNTER);
  await learn(db);
  await using handler = openLazy(db);
  await handler.loadAllPlugins();
  other.savePlugin(
    rowOf("counter", actionsSource({ other: "() => 1" }), { version: "2.0.0" }),
    true,
  );

  const error = await assertRejects(
    () => handler.handleRoute(id, "/count", get()),
    PluginError,
    "syncFromStore",
  );

  assertEquals(error.code, "PLUGIN_NOT_LOADED");
  assertEquals(handler.getHealth(id).lastError, undefined);
  assertEquals((await handler.syncFromStore()).reloaded, [id]);
  assertEquals(await handler.handleRoute(id, "/other", get()), 1);
});

Deno.test("known code does not open another plugin's table", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using first = new PluginHandler(db);
  const owner = save(first, "owner", notesSource());
  await learn(db);
  const copy = save(first, "copy", notesSource());

  await using handler = openLazy(db);
  const { successes, errors } = await handler.loadAllPlugins();

  assertEquals(successes, [owner]);
  assertEquals(errors.map(({ pluginId }) => pluginId), [copy]);
  assertStringIncludes(errors[0]!.error, "belongs to plugin");
});

Deno.test("loader definitions and templates need no import", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  using gate = makeGate();
  const source = `${gate.source}.pass();
    export default { config: {
      actions: { list: () => [1] },
      apiRoutes: { "/list": { method: "GET", actions: ["list"] } },
      frontend: { routes: [{
        path: "/", template: { type: "text" },
        loaders: [{ id: "list", apiRoute: "/list", stateKey: "list" }],
      }] },
    } };`;
  await using first = new PluginHandler(db);
  const id = save(first, "page", source);
  await learn(db);
  await using handler = openLazy(db);
  await handler.loadAllPlugins();

  assertEquals(handler.getRouteLoaders(id, "/").map(({ id }) => id), ["list"]);
  assertEquals(handler.getFrontendTemplate(id, "/"), { type: "text" });
  assertEquals(gate.arrivals.length, 1);
  await handler.executeRouteLoaders(id, "/");
  assertEquals(gate.arrivals.length, 2);
});

Deno.test("loadAllPlugins() after unloading everything registers again", {
  permissions: "none",
}, async () => {
  await using learnt = await startLearnt();
  const { handler, gate, id } = learnt;
  handler.unloadAllPlugins();
  assertEquals((await handler.loadAllPlugins()).successes, [id]);
  assertEquals(handler.getHealth(id).state, "registered");
  await handler.loadPlugin(id);
  handler.unloadAllPlugins();
  assertEquals((await handler.loadAllPlugins()).successes, [id]);
  assertEquals(handler.getHealth(id).state, "registered");
  assertEquals(gate.arrivals, ONCE_MORE);
});
