import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PluginError } from "@dockstat/plugin-handler";
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

Deno.test("getHookHandlers() wraps what a hook throws, names its plugin and counts it", async () => {
  await using plugins = await openPlugins(
    "{ events: { onContainerStart() { throw new RangeError('boom') } } }",
  );
  const { hook, health } = hookOf(plugins);
  const error = await assertRejects(() => hook(CONTAINER), PluginError);
  const cause = error.cause as RangeError;
  assertEquals([error.code, error.pluginId], ["ACTION_FAILED", 1]);
  assertMatch(cause.stack!, /plugin-1@1\.0\.0:\d+:\d+/);
  assertEquals(health().hooks["container:started"]!.failures, 1);
});

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
