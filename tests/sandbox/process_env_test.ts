import { assertEquals } from "@std/assert";
import { PluginHandler } from "../../mod.ts";

const NAME = "DOCKSTAT_GUEST_ENV";

/** Reads and writes the environment by every name that it has. */
const CODE = `import process, { env } from "process";
  import * as all from "node:process";
  import { createRequire } from "module";
  const isDevelopment = process.env.NODE_ENV !== "production";
  const actions = {
    look: () => ({
      isDevelopment,
      value: process.env.${NAME} ?? null,
      has: "${NAME}" in env,
      keys: Object.keys(globalThis.process.env),
      spread: { ...all.env },
      own: env.hasOwnProperty("${NAME}"),
      same: [env, all.env, all.default.env, createRequire(import.meta.url)("process").env]
        .every((it) => it === process.env),
      platform: typeof all.platform,
    }),
    change: () => {
      process.env.MINE = 1;
      const set = [process.env.MINE, { ...process.env }.MINE];
      delete process.env.MINE;
      return [...set, "MINE" in process.env, process.env.MINE ?? null];
    },
  };
  export default { config: { actions, apiRoutes: {
    "/look": { method: "GET", actions: ["look"] },
    "/change": { method: "GET", actions: ["change"] },
  } } };`;

async function answers(granted: boolean): Promise<unknown[]> {
  await using handler = new PluginHandler(":memory:", { isolation: "process" });
  const { id } = handler.savePlugin({
    name: "reader",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: {},
    plugin: CODE,
    ...{ permissions: { env: [NAME] } },
  });
  if (granted) handler.grantPermissions(id!, { env: [NAME] });
  await handler.loadPlugin(id!);
  const request = new Request("http://localhost/");
  return [
    await handler.handleRoute(id!, "/look", request),
    await handler.handleRoute(id!, "/change", request),
  ];
}

Deno.test("an isolated plugin finds no environment without a grant", async () => {
  assertEquals(await answers(false), [
    {
      isDevelopment: true,
      value: null,
      has: false,
      keys: [],
      spread: {},
      own: false,
      same: true,
      platform: "string",
    },
    ["1", "1", false, null],
  ]);
});

Deno.test("an isolated plugin finds what was granted of the environment", async () => {
  Deno.env.set(NAME, "here");
  try {
    assertEquals((await answers(true))[0], {
      isDevelopment: true,
      value: "here",
      has: true,
      keys: [NAME],
      spread: { [NAME]: "here" },
      own: true,
      same: true,
      platform: "string",
    });
  } finally {
    Deno.env.delete(NAME);
  }
});
