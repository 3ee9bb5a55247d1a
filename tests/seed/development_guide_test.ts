import type {
  PluginActionContext,
  PluginMeta,
} from "@dockstat/plugin-handler/builder";
import { assertEquals, assertObjectMatch } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import type { ActionContext } from "./builder/action_context.ts";
import type { MyData } from "./builder/create_actions.ts";
import plugin from "./builder/development_guide.ts";
import { events } from "./builder/event_context.ts";
import manifest from "./builder/manifest.json" with { type: "json" };
import { callHook, runRoute, stage } from "./call_plugin.ts";

Deno.test("guide's plugin saves and reads its rows", async () => {
  using at = stage(plugin.config?.table);
  const body = { id: 1, value: "x", metadata: { a: [1] } };
  await runRoute(plugin, "/save", { ...at, body });

  assertEquals(await runRoute(plugin, "/data", at), [body]);
  assertEquals(at.logger.lines, ["info Saving data", "debug Fetching data"]);
});

Deno.test("guide's plugin logs a started container", async () => {
  using at = stage(plugin.config?.table);
  await callHook(plugin.events?.onContainerStart, at);
  assertEquals(at.logger.lines, ["info Container f00d started"]);
});

Deno.test("guide's manifest says of the plugin what the plugin says", () => {
  const { plugin: code, repoType, ...meta } = manifest;
  const typed: PluginMeta = meta;
  assertObjectMatch(plugin, { ...typed, repoType });
  assertEquals(code, "/* bundled plugin code */");
});

Deno.test("guide's action context is what actions receive", () => {
  type Context = PluginActionContext<MyData, { id: number }>;
  type Guide = ActionContext<MyData, { id: number }>;
  assertType<Context extends Guide ? true : false>(true);
  assertType<IsExact<Context["body"], Guide["body"]>>(true);
  assertType<IsExact<Context["table"], Guide["table"]>>(true);
  assertType<IsExact<Context["previousAction"], unknown>>(true);
});

Deno.test("guide's hook may declare the context that it expects", () => {
  assertEquals(Object.keys(events), ["onContainerStart"]);
});
