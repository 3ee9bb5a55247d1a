import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  actionsSource,
  COUNTER,
  get,
  inMemory,
  save,
} from "../handler/plugins.ts";
import { makeGate } from "./gates.ts";

// The limits of these tests are far beyond the time that a test may take: a
// close that waited for one of them would not end.
const PATIENT = { loadTimeoutMs: 3_600_000, actionTimeoutMs: 3_600_000 };

for (
  const [where, source] of [
    ["at its top level", "await GATE.pass(); export default { config: {} };"],
    ["in init()", "export default { init: () => GATE.pass() };"],
  ] as const
) {
  Deno.test(`close() does not wait for a plugin that hangs ${where}`, {
    permissions: "none",
  }, async () => {
    using gate = makeGate();
    const handler = inMemory(PATIENT);
    const id = save(handler, "hangs", source.replace("GATE", gate.source));
    const loading = handler.loadPlugin(id).catch((error) => error);
    await gate.arrived();

    await handler.close();

    const error = await loading;
    assertEquals([error.code, error.pluginId], ["LOAD_FAILED", id]);
  });
}

Deno.test("close() does not wait for an activation that hangs", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  using db = new DatabaseSync(":memory:");
  const source = `${actionsSource({ a: "() => 1" })}
    if (${gate.source}.again) await ${gate.source}.pass();`;
  await using first = new PluginHandler(db);
  const id = save(first, "hangs", source);
  await first.loadPlugin(id);
  const handler = new PluginHandler(db, { ...PATIENT, activation: "lazy" });
  await handler.loadAllPlugins();
  const { pass } = Reflect.get(globalThis, gate.source.slice(12, -2));
  Reflect.set(globalThis, gate.source.slice(12, -2), { pass, again: true });
  const asked = handler.handleRoute(id, "/a", get()).catch(({ code }) => code);
  await gate.arrived();

  await handler.close();

  assertEquals(await asked, "PLUGIN_NOT_LOADED");
});

Deno.test("close() calls every cleanup(), and waits for it", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  const handler = inMemory();
  for (const name of ["one", "two"]) {
    const source = `export default { config: {}, async cleanup() {
      await new Promise((done) => setTimeout(done, 5));
      ${gate.source}.pass("${name}");
    } };`;
    await handler.loadPlugin(save(handler, name, source));
  }
  await handler.close();
  assertEquals(gate.arrivals, ["one", "two"]);
});

Deno.test("close() waits for a cleanup() no longer than its limit", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  const handler = inMemory({ cleanupTimeoutMs: 20 });
  const source =
    `export default { config: {}, cleanup: () => ${gate.source}.pass() };`;
  await handler.loadPlugin(save(handler, "hangs", source));
  await handler.close();
  assertEquals(gate.arrivals.length, 1);
});

Deno.test("close() aborts what is under way on a former instance", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  const handler = inMemory(PATIENT);
  const source = actionsSource({ wait: `() => ${gate.source}.pass()` });
  const id = save(handler, "waits", source);
  await handler.loadPlugin(id);
  const waiting = handler.handleRoute(id, "/wait", get()).catch(() => {});
  await gate.arrived();
  await handler.reloadPlugin(id);
  await handler.close();
  gate.open();
  await waiting;
});

Deno.test("close() is one promise, and a closed handler loads nothing", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  const handler = new PluginHandler(db);
  const id = save(handler, "counter", COUNTER);
  await handler.loadPlugin(id);
  assertStrictEquals(handler.close(), handler.close());
  await handler.close();

  for (
    const load of [
      () => handler.loadPlugin(id),
      () => handler.loadPlugins([id]),
      () => handler.loadAllPlugins(),
      () => handler.reloadPlugin(id),
    ]
  ) {
    const error = await assertRejects(load, PluginError, "closed; open it");
    assertEquals(error.code, "STORE_FAILED");
  }
  assertEquals(handler.getLoadedPlugins(), []);
});

Deno.test(
  "late errors are listened for once, however many handlers there are",
  {
    permissions: "none",
  },
  async () => {
    const listeners = new Set<unknown>();
    const { addEventListener } = globalThis;
    globalThis.addEventListener = (...args: unknown[]) => {
      listeners.add(args[1]);
      return Reflect.apply(addEventListener, globalThis, args);
    };
    try {
      for (let count = 0; count < 3; count++) {
        await using handler = inMemory();
        await handler.loadPlugin(save(handler, "counter", COUNTER));
      }
      // One for rejections and one for errors, or none where they were there.
      assert(listeners.size === 0 || listeners.size === 2, `${listeners.size}`);
    } finally {
      Object.assign(globalThis, { addEventListener });
    }
  },
);
