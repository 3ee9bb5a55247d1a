import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  actionsSource,
  COUNTER,
  get,
  inMemory,
  notesSource,
  rowOf,
  save,
  tablesOf,
} from "../handler/plugins.ts";
import { type Gate, makeGate } from "./gates.ts";

/** Waits in front of a gate at its top level. */
function gatedImport(gate: Gate): string {
  return `await ${gate.source}.pass(); ${notesSource()}`;
}

/** Waits in front of a gate in its one action. */
function gatedAction(gate: Gate, version: number): string {
  return actionsSource({
    wait:
      `async () => { await ${gate.source}.pass(${version}); return ${version}; }`,
    version: `() => ${version}`,
  });
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return "done";
  } catch (error) {
    assert(error instanceof PluginError, String(error));
    return error.code;
  }
}

Deno.test("unloadPlugin() during a load ends the load at once", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  using db = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(db);
  const id = save(handler, "notes", gatedImport(gate));
  const tables = tablesOf(db);
  const loading = handler.loadPlugin(id);
  await gate.arrived();

  handler.unloadPlugin(id);

  const error = await assertRejects(() => loading, PluginError, "unloaded");
  assertEquals(error.code, "LOAD_FAILED");
  assertEquals(handler.getHealth(id).state, "registered");
  gate.open();
  await new Promise((done) => setTimeout(done, 0));
  assertEquals(tablesOf(db), tables);
  assertEquals(handler.getLoadedPlugins(), []);
});

Deno.test("a load right after an unload during a load is a load of its own", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory();
  const id = save(handler, "notes", gatedImport(gate));
  const first = codeOf(handler.loadPlugin(id));
  await gate.arrived();
  handler.unloadPlugin(id);
  const second = handler.loadPlugin(id);
  await gate.arrived(2);
  gate.open();

  assertEquals(await first, "LOAD_FAILED");
  assertEquals((await second).id, id);
  assertEquals(await handler.handleRoute(id, "/notes", get()), []);
});

Deno.test("deletePlugin() during a load ends the load and leaves nothing", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory();
  const id = save(handler, "notes", gatedImport(gate));
  const loading = codeOf(handler.loadPlugin(id));
  await gate.arrived();
  assertEquals(handler.deletePlugin(id, { purge: true }).success, true);
  assertEquals(await loading, "LOAD_FAILED");
  assertEquals(await codeOf(handler.loadPlugin(id)), "PLUGIN_NOT_FOUND");
});

Deno.test("disablePlugin() during a load ends the load", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory();
  const id = save(handler, "notes", gatedImport(gate));
  const loading = codeOf(handler.loadPlugin(id));
  await gate.arrived();
  assertEquals(handler.disablePlugin(id).success, true);
  assertEquals(await loading, "LOAD_FAILED");
  assertEquals(handler.getHealth(id).state, "disabled");
});

Deno.test("a plugin that hangs keeps no other from loading", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory();
  const hanging = save(handler, "hangs", gatedImport(gate));
  const loading = codeOf(handler.loadAllPlugins());
  await gate.arrived();
  const other = save(handler, "counter", COUNTER);
  assertEquals((await handler.loadPlugin(other)).id, other);
  assertEquals(handler.getLoadedPlugins(), [other]);
  handler.unloadPlugin(hanging);
  await loading;
});

Deno.test("requests under way finish on the old instance of a reload", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory();
  const id = save(handler, "shop", gatedAction(gate, 1));
  await handler.loadPlugin(id);
  const waiting = handler.handleRoute(id, "/wait", get());
  await gate.arrived();

  await handler.reloadPlugin(id);
  assertEquals(await handler.handleRoute(id, "/version", get()), 1);
  gate.open();

  assertEquals(await waiting, 1);
});

Deno.test("reloads of one plugin run one after another", {
  permissions: "none",
}, async () => {
  const log: string[] = [];
  const key = `log-${crypto.randomUUID()}`;
  Reflect.set(globalThis, key, log);
  const source = `export default {
    async init() {
      globalThis["${key}"].push("begin");
      await Promise.resolve();
      globalThis["${key}"].push("end");
    },
    cleanup() { globalThis["${key}"].push("cleanup"); },
  };`;
  {
    await using handler = inMemory();
    const id = save(handler, "logs", source);
    await Promise.all([
      handler.loadPlugin(id),
      handler.reloadPlugin(id),
      handler.reloadPlugin(id),
    ]);
    assertEquals(handler.getLoadedPlugins(), [id]);
  }
  const started = log.filter((it) => it !== "cleanup");
  assertEquals(started, ["begin", "end", "begin", "end", "begin", "end"]);
  assertEquals(log.length - started.length, 3);
  Reflect.deleteProperty(globalThis, key);
});

Deno.test("unloadPlugin() ends reloads under way and former instances", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory();
  const source = actionsSource({
    wait: `({ signal }) => new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      ${gate.source}.pass();
    })`,
  });
  const id = save(handler, "waits", source);
  await handler.loadPlugin(id);
  const waiting = codeOf(handler.handleRoute(id, "/wait", get()));
  await gate.arrived();
  await handler.reloadPlugin(id);
  const reload = codeOf(handler.reloadPlugin(id));

  assertEquals(handler.unloadPlugin(id), true);

  assertEquals(await waiting, "ACTION_FAILED");
  assertEquals(await reload, "LOAD_FAILED");
  assertEquals(handler.getLoadedPlugins(), []);
});

Deno.test("a reload that fails keeps the old instance and its table", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(db);
  await using other = new PluginHandler(db);
  const id = save(handler, "notes", notesSource());
  await handler.loadPlugin(id);
  const broken = notesSource().replace("notNull: true", "notNull: false")
    .replace("events:", `init() { throw new Error("no"); }, events:`);
  other.savePlugin(rowOf("notes", broken, { version: "2.0.0" }), true);
  const before = db.prepare(
    "SELECT sql FROM sqlite_master WHERE name = 'notes'",
  );
  const { sql } = before.get()!;

  const error = await assertRejects(
    () => handler.reloadPlugin(id),
    PluginError,
    "init() threw: no",
  );

  assertEquals(error.code, "LOAD_FAILED");
  assertEquals(before.get()!.sql, sql);
  assertEquals(await handler.handleRoute(id, "/notes", get()), []);
});

Deno.test("a load waits for the cleanup() of the instance before", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory();
  const source = `${gate.source}.pass("import");
    export default { config: {}, async cleanup() {
      await new Promise((done) => setTimeout(done, 5));
      ${gate.source}.pass("cleaned");
    } };`;
  const id = save(handler, "tidy", source);
  await handler.loadPlugin(id);
  handler.unloadPlugin(id);
  await handler.loadPlugin(id);
  assertEquals(gate.arrivals, ["import", "cleaned", "import"]);
});

Deno.test("whatever is asked for at once ends in one state", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(handler, "counter", COUNTER);
  const outcomes = await Promise.all([
    codeOf(handler.loadPlugin(id)),
    codeOf(handler.reloadPlugin(id)),
    codeOf(Promise.resolve().then(() => handler.unloadPlugin(id))),
    codeOf(handler.loadPlugin(id)),
    codeOf(handler.reloadPlugin(id)),
  ]);
  for (const outcome of outcomes) {
    assert(["done", "LOAD_FAILED"].includes(String(outcome)), String(outcome));
  }
  await codeOf(handler.loadPlugin(id));
  assertEquals(handler.getLoadedPlugins(), [id]);
  const first = await handler.handleRoute(id, "/count", get());
  assertEquals(Reflect.get(first as object, "count"), 1);
});
