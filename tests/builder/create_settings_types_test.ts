/**
 * Settings have the types that they are declared with.
 *
 * @module
 */
import {
  createSettings,
  definePlugin,
  type InferSettings,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { z } from "zod";

/** Fails to compile where the two are not the same. */
function same<A, B>(
  _is: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2)
    ? true
    : false,
): void {}

Deno.test("definePlugin() gives actions their settings' types", () => {
  const plugin = definePlugin({
    name: "typed",
    version: "1.0.0",
    config: {
      settings: {
        limit: { type: "number", default: 10 },
        loud: { type: "boolean" },
        mode: { type: "enum", options: ["a", "b"], required: true },
        token: { type: "secret", required: true },
      },
      actions: {
        show: ({ settings }) => {
          same<typeof settings.limit, number>(true);
          same<typeof settings.loud, boolean | undefined>(true);
          same<typeof settings.mode, "a" | "b">(true);
          same<typeof settings.token, string>(true);
          // @ts-expect-error Property 'limits' does not exist on type […]
          return settings.limits;
        },
      },
      apiRoutes: { "/show": { method: "GET", actions: ["show"] } },
    },
  });
  assertEquals(plugin.name, "typed");
});

Deno.test("definePlugin() takes the types of a schema, and of createSettings()", () => {
  const settings = createSettings(
    z.object({ port: z.number().default(80), host: z.string().optional() }),
  );
  same<InferSettings<typeof settings>["port"], number>(true);
  const plugin = definePlugin({
    name: "typed",
    version: "1.0.0",
    config: {
      settings,
      actions: {
        show: ({ settings }) => {
          same<typeof settings.port, number>(true);
          same<typeof settings.host, string | undefined>(true);
          return settings.port;
        },
      },
    },
  });
  assertEquals(plugin.config?.settings, settings);
});

Deno.test("definePlugin() refuses settings of no known type", () => {
  const plugin = definePlugin({
    name: "typed",
    version: "1.0.0",
    // @ts-expect-error Type '"text"' is not assignable to type 'SettingType'.
    config: { settings: { a: { type: "text" } } },
  });
  assertEquals(plugin.name, "typed");
});

Deno.test("definePlugin() leaves settings open where none are declared", () => {
  const plugin = definePlugin({
    name: "loose",
    version: "1.0.0",
    config: { actions: { show: ({ settings }) => settings.anything } },
  });
  assertEquals(plugin.name, "loose");
});
