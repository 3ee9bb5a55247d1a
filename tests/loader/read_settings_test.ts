/**
 * What is read of a plugin's settings.
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
import { definitionOf } from "../../src/loader/mod.ts";

const PLUGIN = { id: 1, name: "p", version: "1.0.0" };

function read(settings: unknown) {
  const definition = { name: "p", version: "1.0.0", config: { settings } };
  return definitionOf({ default: definition }, PLUGIN).contributions;
}

Deno.test("definitionOf() makes fields of a schema of zod", () => {
  const { settings } = read(z.object({
    url: z.url().default("http://localhost").meta({ title: "Address" }),
    port: z.int().min(1).optional(),
    token: z.string().meta({ secret: true, description: "Of the API" }),
    mode: z.enum(["a", "b"]),
    loud: z.boolean().default(false),
    tags: z.array(z.string()).default([]),
  }));
  assertEquals(settings, {
    hasSchema: true,
    fields: [
      {
        name: "url",
        type: "string",
        label: "Address",
        default: "http://localhost",
        required: false,
      },
      { name: "port", type: "number", label: "port", required: false },
      {
        name: "token",
        type: "secret",
        label: "token",
        description: "Of the API",
        required: true,
      },
      {
        name: "mode",
        type: "enum",
        label: "mode",
        required: true,
        options: ["a", "b"],
      },
      {
        name: "loud",
        type: "boolean",
        label: "loud",
        default: false,
        required: false,
      },
      {
        name: "tags",
        type: "json",
        label: "tags",
        default: [],
        required: false,
      },
    ],
  });
});

Deno.test("definitionOf() takes a schema without JSON Schema, and says so", () => {
  const validate = (value: unknown) => ({ value });
  const { settings, warnings } = read({
    "~standard": { version: 1, vendor: "x", validate },
  });
  assertEquals(settings, { fields: [], hasSchema: true, isOpen: true });
  assertEquals(warnings, [
    "config.settings has no JSON Schema, so that there is no form for it and no secret in it",
  ]);
});

Deno.test("definitionOf() survives a JSON Schema that throws", () => {
  const { settings, warnings } = read({
    "~standard": {
      validate: () => ({ issues: [] }),
      jsonSchema: {
        input() {
          throw new Error("not representable");
        },
      },
    },
  });
  assertEquals(settings?.isOpen, true);
  assertEquals(warnings, [
    "config.settings has no JSON Schema: not representable",
  ]);
});

Deno.test("createSettings() gives values their types", () => {
  const settings = createSettings({
    limit: { type: "number", default: 10 },
    mode: { type: "enum", options: ["a", "b"], required: true },
    token: { type: "secret" },
  });
  type Values = InferSettings<typeof settings>;
  const values: Values = { limit: 1, mode: "a", token: undefined };
  // @ts-expect-error Type '"c"' is not assignable to type '"a" | "b"'.
  const wrong: Values = { limit: 1, mode: "c", token: undefined };
  const schema = createSettings(z.object({ port: z.number() }));
  const port: InferSettings<typeof schema>["port"] = 80;
  const plugin = definePlugin({
    name: "p",
    version: "1.0.0",
    config: {
      settings,
      actions: { show: (context) => context.settings.limit },
    },
  });
  assertEquals(plugin.config?.settings, settings);
  assertEquals([values.limit, wrong.limit, port], [1, 1, 80]);
});
