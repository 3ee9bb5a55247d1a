import { assert, assertEquals } from "@std/assert";
import { openPlugins, routesSource } from "../dispatch/open_plugin.ts";

const SOURCE = routesSource({
  "POST /size": `async ({ body }) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return body.text.length;
  }`,
  "GET /pid": "() => Deno.pid",
});

/** As many bytes as a body may have. */
const body = JSON.stringify({ text: "x".repeat(1_000_000) });

Deno.test("300 requests of 1 MB at once neither crash an isolated plugin nor set it aside", async () => {
  await using plugins = await openPlugins(SOURCE, {
    isolation: "process",
    quarantineAfter: 5,
    actionTimeoutMs: 600_000,
  });
  const { handler } = plugins;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => handler.fetch(request),
  );
  const base = `http://127.0.0.1:${server.addr.port}/plugins/1/routes`;
  const pid = await (await fetch(`${base}/pid`)).json();
  const answers = await Promise.all(Array.from({ length: 300 }, async () => {
    const response = await fetch(`${base}/size`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const text = await response.text();
    const retry = response.headers.get("retry-after");
    if (response.ok) return `200 ${text}`;
    return `${response.status} ${JSON.parse(text).code} ${retry}`;
  }));
  const kinds = new Set(answers);
  assert(kinds.delete("200 1000000"), [...kinds].join());
  assertEquals([...kinds].filter((it) => it !== "503 PLUGIN_BUSY 1"), []);
  assertEquals(await (await fetch(`${base}/pid`)).json(), pid);
  const { state, lastError } = handler.getHealth(1);
  assertEquals([state, lastError], ["active", undefined]);
});

Deno.test("what waits for an isolated plugin's process ends with an unload", async () => {
  await using plugins = await openPlugins(
    routesSource({
      "POST /never": "() => new Promise(() => {})",
    }),
    { isolation: "process", actionTimeoutMs: 0 },
  );
  const calls = Array.from(
    { length: 20 },
    () =>
      plugins.fetch("/plugins/1/routes/never", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      }),
  );
  await plugins.handler.loadPlugins([]);
  plugins.handler.unloadPlugin(1);
  for (const call of calls) {
    const response = await call;
    assertEquals((await response.json()).code, "PLUGIN_NOT_LOADED");
  }
});
