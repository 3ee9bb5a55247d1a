import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { PluginError } from "@dockstat/plugin-handler";
import { waitFor } from "../wait_for.ts";
import { openPlugins } from "./open_plugin.ts";

const CONTAINER = { id: "abc" } as never;

function hookOf(plugins: Awaited<ReturnType<typeof openPlugins>>) {
  const id = plugins.ids[0]!;
  const hook = plugins.handler.getHookHandlers().get(id)!.onContainerStart!;
  return { hook, health: () => plugins.handler.getHealth(id) };
}

Deno.test("getHookHandlers() hands back what a hook returns, called either way", async () => {
  await using plugins = await openPlugins(
    "{ events: { onContainerStart: async (container) => container.id } }",
  );
  const { hook } = hookOf(plugins);
  const { logger, table } = plugins.handler.getServerHooks(1);
  assertEquals(await hook(CONTAINER), "abc");
  assertEquals(await hook({ container: CONTAINER, logger, table }), "abc");
});

for (const async of ["", "async"]) {
  const how = async === "" ? "throws" : "rejects with";
  Deno.test(`getHookHandlers() wraps what a hook ${how}, names its plugin and counts it`, async () => {
    await using plugins = await openPlugins(
      `{ events: { ${async} onContainerStart() { throw new RangeError('boom') } } }`,
    );
    const { hook, health } = hookOf(plugins);
    const call = () => hook(CONTAINER);
    const error = async === ""
      ? assertThrows(call, PluginError)
      : await assertRejects(call, PluginError);
    const cause = error.cause as RangeError;
    assertEquals([error.code, error.pluginId], ["ACTION_FAILED", 1]);
    assertMatch(cause.stack!, /plugin-1@1\.0\.0:\d+:\d+/);
    assertEquals(health().hooks["container:started"]!.failures, 1);
  });
}

Deno.test("getHookHandlers() hands out hooks that go on after a reload, an update and another load", async () => {
  await using plugins = await openPlugins(
    "{ events: { onContainerStart: () => 'first' } }",
  );
  const { hook } = hookOf(plugins);
  const { handler } = plugins;
  await handler.reloadPlugin(1);
  assertEquals(await hook(CONTAINER), "first");
  handler.unloadPlugin(1);
  await handler.loadPlugin(1);
  assertEquals(await hook(CONTAINER), "first");
  const [row] = handler.getAll();
  handler.savePlugin({
    ...row!,
    version: "1.0.1",
    plugin:
      "export default { events: { 'container:started': () => 'second' } };",
  }, true);
  await handler.loadPlugin(1);
  assertEquals(await hook(CONTAINER), "second");
  handler.savePlugin({ ...row!, version: "1.0.2", plugin: NO_HOOK }, true);
  await handler.loadPlugin(1);
  assertEquals(await hook(CONTAINER), undefined);
});

const NO_HOOK = "export default { events: { other() {} } };";

Deno.test("getHookHandlers() leaves a rejection that nobody awaits to the plugin", async () => {
  await using plugins = await openPlugins([
    "{ events: { async onContainerStart() { throw new Error('boom') } } }",
  ]);
  const { hook, health } = hookOf(plugins);
  hook(CONTAINER);
  await waitFor("the late error", () => health().lateErrors === 1);
  // An asynchronous listener of the host's rejects with the hook's error.
  const listener = async () => {
    await hook(CONTAINER);
  };
  listener();
  await waitFor("the listener's error", () => health().lateErrors === 2);
  assertEquals(health().hooks["container:started"]!.failures, 2);
});

Deno.test("getHookHandlers() leaves nothing to the process where a plugin is gone", async () => {
  await using plugins = await openPlugins(
    "{ events: { onContainerStart: () => 'called' } }",
  );
  const { hook } = hookOf(plugins);
  plugins.handler.deletePlugin(1);
  hook(CONTAINER);
  await new Promise((done) => setTimeout(done, 5));
  assertEquals<unknown>(plugins.handler.getHealth(), {});
});

const SECOND = "(payload, extra, context) => " +
  "[payload.id, extra?.hostId, ['logger', 'table'].filter((name) => name in (context ?? {})), extra?.logger === context?.logger, JSON.stringify(extra)]";

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`emit() and getHookHandlers() pass what comes beside the payload, ${isolation}`, async () => {
    await using plugins = await openPlugins(
      `{ config: { actions: { seen: () => globalThis.seen }, apiRoutes: { "/seen": { method: "GET", actions: ["seen"] } } },
         events: { e: (...given) => { globalThis.seen = (${SECOND})(...given); } } }`,
      { isolation },
    );
    const { handler } = plugins;
    const request = new Request("http://localhost/");
    const seen = () => handler.handleRoute(1, "/seen", request);
    const all = ["a", 7, ["logger", "table"], true, '{"hostId":7}'];
    await handler.emit("e", { id: "a" }, { hostId: 7 });
    assertEquals(await seen(), all);
    const { logger, table } = handler.getServerHooks(1);
    const hook = handler.getHookHandlers().get(1)!.e!;
    await hook({ id: "b" }, { hostId: 8 }, { logger, table });
    assertEquals(
      await seen(),
      ["b", 8, ["logger", "table"], true, '{"hostId":8}'],
    );
    await hook({ id: "c" }, { logger, table });
    assertEquals(
      (await seen() as unknown[]).slice(0, 4),
      ["c", null, ["logger", "table"], true].map((it) => it ?? undefined),
    );
  });
}

Deno.test("getHookHandlers() gives up on a hook that hangs", async () => {
  await using plugins = await openPlugins(
    "{ events: { onContainerStart: () => new Promise(() => {}) } }",
    { actionTimeoutMs: 20 },
  );
  const { hook } = hookOf(plugins);
  const error = await assertRejects(() => hook(CONTAINER), PluginError);
  assertEquals(error.code, "ACTION_TIMEOUT");
});

Deno.test("getHookHandlers() calls no hook of a plugin that was unloaded since", async () => {
  await using plugins = await openPlugins(
    "{ events: { onContainerStart: () => 'called' } }",
  );
  const { hook } = hookOf(plugins);
  plugins.handler.unloadPlugin(1);
  const error = await assertRejects(() => hook(CONTAINER), PluginError);
  assertEquals(error.code, "PLUGIN_NOT_LOADED");
});
