import { assert, assertEquals, assertThrows } from "@std/assert";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { HookIndex } from "../../src/dispatch/events/hook_index.ts";
import type { HookLane } from "../../src/dispatch/events/hook_queue.ts";
import {
  LoadedPlugin,
  type LoadedPluginParts,
  PluginRegistry,
} from "../../src/execution/mod.ts";
import { waitFor } from "../wait_for.ts";
import { save } from "../handler/plugins.ts";

/** An index over plugins that nothing is known of but their hooks. */
class Indexed {
  readonly registry = new PluginRegistry();
  /** The plugins that were looked at, in order. */
  readonly opened: number[] = [];
  readonly index: HookIndex;
  /** What looking at a plugin throws, by id. */
  readonly errors = new Map<number, PluginError>();
  readonly #hooks = new WeakMap<LoadedPlugin, readonly string[]>();

  constructor() {
    this.index = new HookIndex(this.registry, (plugin) => {
      this.opened.push(plugin.id);
      const error = this.errors.get(plugin.id);
      if (error !== undefined) throw error;
      const events = this.#hooks.get(plugin)!;
      return events.map((event) =>
        ({ event, pluginId: plugin.id }) as HookLane
      );
    });
  }

  load(id: number, ...events: string[]): LoadedPlugin {
    const identity = { id, name: `p${id}`, version: "1.0.0", digest: null };
    const plugin = new LoadedPlugin(identity, () => ({}) as LoadedPluginParts);
    this.#hooks.set(plugin, events);
    this.registry.set(plugin);
    return plugin;
  }

  idsOf(event: string): number[] {
    return this.index.lanes(event).map(({ pluginId }) => pluginId);
  }
}

Deno.test("HookIndex looks at a plugin once, and only when somebody asks", () => {
  const plugins = new Indexed();
  const first = plugins.load(1, "a", "b");
  plugins.load(2, "b");
  assertEquals(plugins.opened, []);
  assertEquals(plugins.idsOf("b"), [1, 2]);
  assertEquals(plugins.idsOf("a"), [1]);
  assertEquals(plugins.idsOf("c"), []);
  const lane = plugins.index.lane(1, "a");
  // The same one is published again: what waits in its lanes is kept.
  plugins.registry.set(first);
  assertEquals(plugins.idsOf("b"), [1, 2]);
  assert(plugins.index.lane(1, "a") === lane);
  assertEquals(plugins.opened, [1, 2]);
});

Deno.test("HookIndex follows what is unloaded, loaded again, and replaced", () => {
  const plugins = new Indexed();
  for (const id of [1, 2, 3]) plugins.load(id, "a", "b");
  assertEquals(plugins.idsOf("a"), [1, 2, 3]);
  plugins.registry.delete(1);
  assertEquals(plugins.idsOf("a"), [2, 3]);
  assertEquals(plugins.index.lane(1, "a"), undefined);
  plugins.load(1, "a");
  assertEquals(plugins.idsOf("a"), [2, 3, 1]);
  plugins.load(2, "b", "c");
  assertEquals(plugins.idsOf("a"), [3, 1]);
  assertEquals(plugins.idsOf("b"), [2, 3]);
  assertEquals(plugins.idsOf("c"), [2]);
  // What replaces another keeps its place, also where it had no hook before.
  plugins.load(3, "c");
  assertEquals(plugins.idsOf("c"), [2, 3]);
  plugins.load(2, "a");
  assertEquals(plugins.idsOf("a"), [2, 1]);
  plugins.load(3, "a");
  assertEquals(plugins.idsOf("a"), [2, 3, 1]);
  assertEquals([...plugins.index.all()].map(([{ id }]) => id), [2, 3, 1]);
  // It is gone before anybody asked.
  plugins.load(4, "a");
  plugins.registry.delete(4);
  assertEquals(plugins.idsOf("a"), [2, 3, 1]);
});

Deno.test("HookIndex catches up a few at a time", async () => {
  const plugins = new Indexed();
  for (let id = 1; id <= 1_000; id++) plugins.load(id, "a");
  assert(plugins.index.isBehind);
  const pending = plugins.index.catchUp();
  assert(plugins.opened.length <= 50, `${plugins.opened.length} at once`);
  await pending;
  assert(!plugins.index.isBehind);
  assertEquals(plugins.idsOf("a").length, 1_000);
  assertEquals(plugins.opened.length, 1_000);
});

Deno.test("the hooks of many lazy plugins hear of the first one that is loaded", async () => {
  const source = (index: number) =>
    `globalThis.heard ??= [];
    export default {
      config: {
        actions: { tell: () => ${index} },
        apiRoutes: { "/tell": { method: "GET", actions: ["tell"] } },
      },
      events: { "plugin:loaded": ({ name }) => heard.push(${index} + name) },
    };`;
  await using folder = await tempDir();
  const file = `${folder.path}/agent.db`;
  const COUNT = 300;
  {
    await using handler = new PluginHandler(file);
    for (let index = 0; index < COUNT; index++) {
      save(handler, `p${index}`, source(index));
    }
    await handler.loadAllPlugins();
  }
  const heard: string[] = [];
  Reflect.set(globalThis, "heard", heard);
  try {
    await using handler = new PluginHandler(file, { activation: "lazy" });
    const { successes } = await handler.loadAllPlugins();
    const id = successes[7]!;
    const request = new Request("http://localhost/tell");
    assertEquals(await handler.handleRoute(id, "/tell", request), 7);
    // Every other plugin hears of it in the end, and is imported for that.
    await waitFor(
      "the hooks",
      () => heard.filter((it) => it.endsWith("p7")).length === COUNT - 1,
    );
  } finally {
    Reflect.deleteProperty(globalThis, "heard");
  }
});

async function tempDir() {
  const path = await Deno.makeTempDir({ prefix: "hook_index_" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("HookIndex asks a busy database once, and again later", () => {
  const plugins = new Indexed();
  const busy = new PluginError("STORE_FAILED", "locked", { status: 503 });
  for (const id of [1, 2, 3]) {
    plugins.load(id, "a");
    plugins.errors.set(id, busy);
  }
  assertEquals(plugins.idsOf("a"), []);
  assertEquals(plugins.opened, [1]);
  assertEquals(plugins.index.unread, { ids: [1, 2, 3], error: busy });
  assertThrows(() => plugins.index.all(), PluginError, "locked");
  assertThrows(() => plugins.index.lane(3, "a"), PluginError, "locked");
  plugins.errors.clear();
  assertEquals(plugins.idsOf("a"), [1, 2, 3]);
  assertEquals(plugins.index.unread, undefined);
});

Deno.test("HookIndex finds the others beside one that cannot be read", () => {
  const plugins = new Indexed();
  const broken = new PluginError("STORE_FAILED", "no such table");
  for (const id of [1, 2, 3]) plugins.load(id, "a");
  plugins.errors.set(2, broken);
  assertEquals(plugins.idsOf("a"), [1, 3]);
  assertEquals(plugins.index.unread, { ids: [2], error: broken });
  assertEquals([...plugins.index.all()].map(([{ id }]) => id), [1, 3]);
  plugins.registry.delete(2);
  assertEquals(plugins.index.unread, undefined);
});
