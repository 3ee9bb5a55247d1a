/**
 * What a server and a handler do by themselves, minute by minute: it keeps no
 * process alive, and ends none.
 */
import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { PluginHandler } from "@dockstat/plugin-handler";
import { createServer } from "@dockstat/plugin-handler/server";

const HOST = `
import { PluginHandler } from "@dockstat/plugin-handler";
import { createServer } from "@dockstat/plugin-handler/server";

const handler = new PluginHandler(Deno.args[0], { followStoreMs: 20 });
await handler.loadAllPlugins();
const server = createServer(handler, { authentication: "none" });
const response = await server.fetch(
  new Request("http://localhost/api/v1/events"),
  { remoteAddr: { hostname: "127.0.0.1" } },
);
console.log(response.status);
`;

Deno.test("a handler that follows its store, its server and a stream of events let the process end", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const host = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-check",
        "--allow-all",
        `--config=${new URL("../../deno.json", import.meta.url).pathname}`,
        `data:text/typescript,${encodeURIComponent(HOST)}`,
        `${folder}/agent.db`,
      ],
      stdout: "piped",
      stderr: "piped",
      // What keeps the process alive would do so for good.
      signal: AbortSignal.timeout(60_000),
    });
    const { code, stdout, stderr } = await host.output();
    const decoder = new TextDecoder();
    assertEquals(
      [code, decoder.decode(stdout).trim(), decoder.decode(stderr)],
      [0, "200", ""],
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a server goes on when its handler is closed before it", async () => {
  using time = new FakeTime();
  const handler = new PluginHandler(":memory:");
  await using server = createServer(handler, { authentication: "none" });
  await handler.close();
  await time.tickAsync(10 * 60_000);
  const { status } = await server.fetch(
    new Request("http://localhost/healthz"),
    { remoteAddr: { hostname: "127.0.0.1" } },
  );
  assertEquals(status, 200);
});

Deno.test("stopServing() ends the streams of events, so that shutdown() ends", async () => {
  await using handler = new PluginHandler(":memory:");
  await using server = createServer(handler, { authentication: "none" });
  const http = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    server.fetch,
  );
  const url = `http://127.0.0.1:${http.addr.port}`;
  const follow = async () => await fetch(`${url}/api/v1/events`);
  const streams = await Promise.all([follow(), follow()]);
  server.stopServing();
  // What ends is told apart from what breaks off.
  for (const stream of [...streams, await follow()]) {
    assertEquals(await stream.text(), ": watching\n\n");
  }
  for (const [path, status] of [["/readyz", 503], ["/api/v1/plugins", 200]]) {
    const response = await fetch(`${url}${path}`);
    await response.body?.cancel();
    assertEquals(response.status, status);
  }
  await http.shutdown();
});
