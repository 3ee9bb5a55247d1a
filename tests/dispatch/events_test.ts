import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { PluginEvents } from "../../src/dispatch/events/events.ts";
import type { PluginEventsOptions } from "../../src/dispatch/events/events.ts";
import { PluginHealth } from "../../src/execution/health/plugin_health.ts";
import { PluginRegistry } from "../../src/execution/plugin_registry.ts";
import type { LoadedPlugin } from "../../src/execution/loaded_plugin.ts";
import type { RunHook } from "../../src/execution/plugin_runner.ts";
import { openPlugins } from "./open_plugin.ts";
import { Deadline } from "../../src/async/deadline.ts";

// The sanitizers would complain of the clock, which has a tick to go.
Deno.test.afterEach(() => Deadline.settle());

/** Events over plugins that are nothing but their hooks. */
function hooks(
  all: Record<string, RunHook>[],
  options: Partial<PluginEventsOptions> = {},
): { events: PluginEvents; registry: PluginRegistry; plugins: LoadedPlugin[] } {
  const registry = new PluginRegistry();
  const plugins = all.map((hooks, index) => {
    const record = {
      id: index + 1,
      name: `plugin-${index + 1}`,
      version: "1.0.0",
      hooks: new Map(Object.entries(hooks)),
      health: new PluginHealth(),
    } as unknown as LoadedPlugin;
    registry.set(record);
    return record;
  });
  const onListenerError = () => {};
  const events = new PluginEvents(registry, {
    onListenerError,
    unavailable: (pluginId, act) =>
      new PluginError("PLUGIN_NOT_LOADED", `Cannot ${act} it`, { pluginId }),
    ...options,
  });
  return { events, registry, plugins };
}

Deno.test("emit() calls both shapes and both dialects, one hook a plugin", async () => {
  await using plugins = await openPlugins([
    `{ events: { onContainerStart: (container, { logger, table }) => {
      globalThis.seen.push([container.id, typeof logger.info, table]) } } }`,
    `{ events: { "container:started": async ({ container, logger, table }) => {
      globalThis.seen.push([container.id, typeof logger.info, table]) } } }`,
    `{ events: {
      onContainerStart: () => { globalThis.seen.push("once") },
      "container:started": () => { globalThis.seen.push("twice") },
    } }`,
    `{ events: { onContainerStop: () => { globalThis.seen.push("stop") } } }`,
  ]);
  const seen: unknown[] = [];
  Reflect.set(globalThis, "seen", seen);
  const result = await plugins.handler.emit("onContainerStart", { id: "abc" });
  assertEquals(result, { delivered: 3, failed: [] });
  assertEquals(seen, [
    ["abc", "function", null],
    ["abc", "function", null],
    "once",
  ]);
  assertEquals(
    (await plugins.handler.emit("container:stopped", {})).delivered,
    1,
  );
  assertEquals((await plugins.handler.emit("unheard-of", {})).delivered, 0);
  Reflect.deleteProperty(globalThis, "seen");
});

Deno.test("emit() keeps a hook that fails away from the others", async () => {
  const cause = new RangeError("boom");
  const called: number[] = [];
  const { events, plugins } = hooks([
    { e: () => called.push(1) },
    {
      e: () => {
        throw cause;
      },
    },
    { e: () => Promise.reject(cause) },
    { e: () => new Promise(() => {}) },
    { e: () => called.push(5) },
  ], { hookTimeoutMs: 20 });
  const { delivered, failed } = await events.emit("e", {});
  assertEquals([delivered, called], [2, [1, 5]]);
  assertEquals(failed.map((it) => [it.pluginId, it.error.code]), [
    [2, "ACTION_FAILED"],
    [3, "ACTION_FAILED"],
    [4, "ACTION_TIMEOUT"],
  ]);
  assert(failed.every((it) => it.error instanceof PluginError));
  assertEquals(failed[0]!.error.cause, cause);
  assertEquals(plugins[1]!.health.report().hooks.e!.failures, 1);
  assertEquals(plugins[0]!.health.report().hooks.e!.calls, 1);
});

Deno.test("emit() runs hooks of one event side by side", async () => {
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const wait = () => {
    if (++waiting === 3) gate.resolve();
    return gate.promise;
  };
  const { events } = hooks([{ e: wait }, { e: wait }, { e: wait }]);
  assertEquals((await events.emit("e")).delivered, 3);
});

Deno.test("emit() keeps the order of one event for one plugin", async () => {
  const seen: unknown[] = [];
  const { events } = hooks([{
    e: async (payload) => {
      for (let turn = 0; turn < 5 - Number(payload); turn++) await undefined;
      seen.push(payload);
    },
  }]);
  await Promise.all([0, 1, 2, 3, 4].map((it) => events.emit("e", it)));
  assertEquals(seen, [0, 1, 2, 3, 4]);
});

Deno.test("emit() drops the oldest event that a plugin cannot keep up with", async () => {
  const gate = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  const { events, plugins } = hooks([{
    e: async (payload) => {
      seen.push(payload);
      await gate.promise;
    },
  }], { maxQueued: 2 });
  const results = [0, 1, 2, 3, 4].map((it) => events.emit("e", it));
  gate.resolve();
  const failed = (await Promise.all(results)).map((it) => it.failed.length);
  assertEquals(seen, [0, 3, 4]);
  assertEquals(failed, [0, 1, 1, 0, 0]);
  assertEquals(plugins[0]!.health.report().droppedEvents, 2);
});

Deno.test("emit() has no more hooks under way than concurrency allows", async () => {
  let running = 0;
  let most = 0;
  const order: string[] = [];
  const hook = (name: string): RunHook => async (payload) => {
    most = Math.max(most, ++running);
    await undefined;
    order.push(`${name}${payload}`);
    running--;
  };
  const { events } = hooks(
    ["a", "b", "c", "d"].map((name) => ({ e: hook(name) })),
    { concurrency: 2 },
  );
  const results = await Promise.all([events.emit("e", 1), events.emit("e", 2)]);
  assertEquals(results.map((it) => it.delivered), [4, 4]);
  assertEquals(most, 2);
  assertEquals(order.length, 8);
  for (const name of "abcd") {
    assert(order.indexOf(`${name}1`) < order.indexOf(`${name}2`));
  }
});

Deno.test("emit() goes on after a hook that hangs", async () => {
  let calls = 0;
  const { events } = hooks([{
    e: () => ++calls === 1 ? new Promise(() => {}) : undefined,
  }], { hookTimeoutMs: 15 });
  const [first, second] = await Promise.all([
    events.emit("e"),
    events.emit("e"),
  ]);
  assertEquals(first!.failed[0]!.error.code, "ACTION_TIMEOUT");
  assertEquals(second, { delivered: 1, failed: [] });
});

Deno.test("emit() calls no hook of a plugin that was unloaded meanwhile", async () => {
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  const { events, registry } = hooks([{
    e: () => {
      calls++;
      return gate.promise;
    },
  }]);
  const results = [events.emit("e"), events.emit("e")];
  registry.delete(1);
  gate.resolve();
  const [first, second] = await Promise.all(results);
  assertEquals([first!.delivered, second!.delivered, calls], [1, 0, 1]);
  assertEquals(second!.failed[0]!.error.code, "PLUGIN_NOT_LOADED");
  assertEquals((await events.emit("e")).delivered, 0);
});

Deno.test("emit() notices plugins that come and go", async () => {
  const { events, registry, plugins } = hooks([{ e: () => {} }, {
    e: () => {},
  }]);
  assertEquals((await events.emit("e")).delivered, 2);
  registry.delete(1);
  assertEquals((await events.emit("e")).delivered, 1);
  registry.set(plugins[0]!);
  assertEquals((await events.emit("e")).delivered, 2);
});

Deno.test("emit() calls hooks in the order of loading, whatever came and went", async () => {
  const steps = fc.array(
    fc.tuple(
      fc.constantFrom("set", "delete", "emit"),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
    ),
    { maxLength: 30 },
  );
  await fc.assert(fc.asyncProperty(steps, async (steps) => {
    const { events, registry } = hooks([]);
    const called: LoadedPlugin[] = [];
    for (const [step, id, isHooked] of steps) {
      if (step === "delete") registry.delete(id);
      else if (step === "set") {
        const record = {
          id,
          hooks: new Map(
            isHooked ? [["e", () => void called.push(record)]] : [],
          ),
          health: new PluginHealth(),
        } as unknown as LoadedPlugin;
        registry.set(record);
      } else {
        called.length = 0;
        await events.emit("e");
        const expected = [...registry].filter((it) => it.hooks.size > 0);
        assertEquals(called.length, expected.length);
        called.forEach((it, at) => assert(it === expected[at]));
      }
    }
  }));
});

Deno.test("on() hands events to the host until it is undone", async () => {
  const { events } = hooks([]);
  const seen: unknown[] = [];
  const listener = (payload: unknown) => seen.push(payload);
  const off = events.on("onContainerStart", listener);
  const offAgain = events.on("container:started", listener);
  await events.emit("container:started", 1);
  off();
  off();
  await events.emit("onContainerStart", 2);
  offAgain();
  await events.emit("onContainerStart", 3);
  assertEquals(seen, [1, 1, 2]);
});

Deno.test("on() reports a listener that fails and goes on", async () => {
  const errors: unknown[] = [];
  const done = Promise.withResolvers<void>();
  const { events } = hooks([{ e: () => {} }], {
    onListenerError: (error, event) => {
      errors.push([(error as Error).message, event]);
      if (errors.length === 2) done.resolve();
    },
  });
  events.on("e", () => {
    throw new RangeError("thrown");
  });
  events.on("e", () => Promise.reject(new RangeError("rejected")));
  assertEquals((await events.emit("e")).delivered, 1);
  await done.promise;
  assertEquals(errors, [["thrown", "e"], ["rejected", "e"]]);
});

Deno.test("emit() keeps to the handler's hookConcurrency and maxQueuedEvents", async () => {
  const handler = new PluginHandler(":memory:", {
    hookConcurrency: 1,
    maxQueuedEvents: 1,
  });
  await using _closing = handler;
  const { id } = handler.savePlugin({
    name: "slow",
    version: "1.0.0",
    repository: "https://example.com",
    manifest: "https://example.com/manifest.json",
    author: { name: "A" },
    plugin: `export default { events: { onSlow: (event) => event.wait } };`,
  });
  await handler.loadPlugin(id!);
  const first = Promise.withResolvers<void>();
  const results = [
    handler.emit("onSlow", { wait: first.promise }),
    handler.emit("onSlow", {}),
    handler.emit("onSlow", {}),
  ];
  first.resolve();
  const delivered = (await Promise.all(results)).map((it) => it.delivered);
  assertEquals(delivered, [1, 0, 1]);
  assertEquals(handler.getHealth(id!).droppedEvents, 1);
});
