/**
 * Whatever is set, a plugin gets what it declared or nothing.
 *
 * @module
 */
import { PluginHandler, ValidationError } from "@dockstat/plugin-handler";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { save } from "./plugins.ts";

const SOURCE = `export default {
  config: {
    settings: {
      text: { type: "string" },
      count: { type: "number" },
      flag: { type: "boolean" },
      kind: { type: "enum", options: ["a", "b"] },
      token: { type: "secret" },
    },
    actions: { show: ({ settings }) => settings },
    apiRoutes: { "/show": { method: "GET", actions: ["show"] } },
  },
};`;

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string",
  count: (value) => typeof value === "number" && Number.isFinite(value),
  flag: (value) => typeof value === "boolean",
  kind: (value) => value === "a" || value === "b",
  token: (value) => typeof value === "string",
};

const name = fc.oneof(
  fc.constantFrom(...Object.keys(FITS)),
  fc.constantFrom("__proto__", "constructor", "toString", ""),
  fc.string(),
);
const value = fc.oneof(
  fc.constantFrom("a", "b", null, true, false, 1, NaN, -0, undefined),
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.anything(),
);

function isShownSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "set" in value &&
    typeof value.set === "boolean";
}

function isTaken([name, value]: [string, unknown]): boolean {
  if (!Object.hasOwn(FITS, name)) return false;
  return value === null || value === undefined ||
    name === "token" && isShownSecret(value) || FITS[name]!(value);
}

Deno.test("setSettings() takes what fits whole, and nothing of what does not", async () => {
  await using handler = new PluginHandler(":memory:", {
    secretsKey: "k".repeat(32),
  });
  const id = save(handler, "any", SOURCE);
  await handler.loadPlugin(id);
  const show = () =>
    handler.handleRoute(id, "/show", new Request("http://localhost/show"));
  let before = await show() as Record<string, unknown>;
  const runs = Number(Deno.env.get("FUZZ_RUNS") ?? 300);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, value), { maxLength: 4 }),
      async (entries) => {
        const values = Object.fromEntries(entries);
        const given = Object.entries(values);
        const outcome = await handler.setSettings(id, values)
          .catch((error) => error);
        const after = await show() as Record<string, unknown>;
        if (!given.every(isTaken)) {
          assert(outcome instanceof ValidationError, String(outcome));
          assertEquals(after, before);
        } else {
          const expected = { ...before };
          for (const [name, value] of given) {
            if (name === "token" && isShownSecret(value)) continue;
            // JSON has no -0.
            // An empty secret is none.
            expected[name] = value === null || name === "token" && value === ""
              ? undefined
              : value === 0
              ? 0
              : value;
          }
          assertEquals(after, expected);
        }
        before = after;
      },
    ),
    { numRuns: runs },
  );
});

Deno.test("setSettings() keeps every secret as it was given", async () => {
  await using handler = new PluginHandler(":memory:", {
    secretsKey: "k".repeat(32),
  });
  const id = save(handler, "any", SOURCE);
  await handler.loadPlugin(id);
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary", minLength: 1 }),
      async (token) => {
        const shown = await handler.setSettings(id, { token });
        assertEquals(shown.token, { set: true });
        await handler.reloadPlugin(id);
        const request = new Request("http://localhost/show");
        const seen = await handler.handleRoute(id, "/show", request);
        assertEquals((seen as { token: string }).token, token);
      },
    ),
    { numRuns: 20 },
  );
});
