import { assertEquals, assertStringIncludes } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { openPlugins, routesSource } from "../dispatch/open_plugin.ts";

const SOURCE = routesSource({
  "GET /who": "({ plugin }) => plugin.name",
  "GET /*": "({ params }) => params['*']",
  "POST /echo": "({ body }) => body",
});

/** Sends a request as its bytes: `fetch` would mend the target first. */
async function send(port: number, head: string, rest = ""): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const text =
    `${head}\r\nHost: agent.test\r\nConnection: close\r\n${rest}\r\n`;
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

for (
  const target of [
    "/plugins/admin/routes/../../../plugins/open/routes/who",
    "/plugins/open/routes/../../admin/routes/who",
    "/plugins/open/routes/%2e%2e/%2e%2e/admin/routes/who",
    "/plugins/open\\routes\\..\\..\\admin\\routes\\who",
    "/plugins/./admin/routes/who",
    "/%70lugins/admin/routes/who",
  ]
) {
  Deno.test(`fetch() reads the target ${target} as a host's check does`, async () => {
    await using plugins = await openPlugins([SOURCE, SOURCE]);
    const { handler } = plugins;
    for (const [id, name] of [[1, "admin"], [2, "open"]] as const) {
      const [row] = handler.getAll().filter((it) => it.id === id);
      handler.savePlugin(
        { ...row!, name, plugin: `export default ${SOURCE}` },
        true,
      );
      await handler.loadPlugin(id);
    }
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) =>
        new URL(request.url).pathname.startsWith("/plugins/admin/")
          ? new Response("blocked", { status: 403 })
          : handler.fetch(request),
    );
    const answer = await send(server.addr.port, `GET ${target} HTTP/1.1`);
    assertEquals(/\r\n\r\n[^]*admin$/.test(answer), false, answer);
  });
}

Deno.test("fetch() answers a target whose host makes no URL", async () => {
  await using plugins = await openPlugins(SOURCE);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    plugins.handler.fetch.bind(plugins.handler),
  );
  using connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: server.addr.port,
  });
  const head = "GET /plugins/1/routes/who HTTP/1.1\r\nHost: a b\r\n" +
    "Connection: close\r\n\r\n";
  await connection.write(new TextEncoder().encode(head));
  const answer = await new Response(connection.readable).text();
  assertStringIncludes(answer, " 400 ");
  assertStringIncludes(answer, "INVALID_REQUEST");
});

Deno.test("handleRoute() refuses segments that lead elsewhere", async () => {
  await using plugins = await openPlugins(SOURCE);
  for (const path of ["/a/../who", "/./who", "/%2E%2e/who", "..", "a/."]) {
    const request = new Request("http://localhost/");
    const code = await plugins.handler.handleRoute(1, path, request)
      .then(String, (error) => error.code);
    assertEquals(code, "INVALID_REQUEST", path);
  }
});

Deno.test("fetch() takes digits as an id and nothing else", async () => {
  const file = await Deno.makeTempFile({ suffix: ".db" });
  try {
    await using handler = new PluginHandler(file);
    const row = (name: string) => ({
      name,
      version: "1.0.0",
      repository: "r",
      manifest: "m",
      author: { name: "A" },
      plugin: `export default ${SOURCE}`,
    });
    assertEquals(handler.savePlugin(row("first")).id, 1);
    assertEquals(handler.savePlugin(row("second")).id, 2);
    // As they may be stored since before such names were refused.
    for (const [id, name] of [[1, "2"], [2, "01"]] as const) {
      handler.getTable().where({ id }).update({ name });
    }
    await handler.loadAllPlugins();
    const ask = async (key: string) => {
      const url = `http://localhost/plugins/${key}/routes/who`;
      const response = await handler.fetch(new Request(url));
      const text = await response.text();
      return response.ok ? text : JSON.parse(text).code;
    };
    assertEquals([await ask("1"), await ask("2")], ["2", "01"]);
    handler.unloadPlugin(2);
    assertEquals(await ask("2"), "PLUGIN_NOT_LOADED");
    for (const key of ["01", "02", "0", "+1", "1e0", "9007199254740993"]) {
      assertEquals(await ask(key), "PLUGIN_NOT_FOUND", key);
    }
  } finally {
    await Deno.remove(file);
    for (const part of ["-wal", "-shm"]) {
      await Deno.remove(file + part).catch(() => {});
    }
  }
});

Deno.test("fetch() finds a scoped plugin by its name as it is and encoded", async () => {
  await using plugins = await openPlugins(SOURCE);
  const { handler } = plugins;
  handler.getTable().where({ id: 1 }).update({ name: "@scope/name" });
  await handler.reloadPlugin(1);
  for (const name of ["@scope/name", "@scope%2Fname", "%40scope%2fname"]) {
    const response = await plugins.fetch(`/plugins/${name}/routes/who`);
    assertEquals(await response.text(), "@scope/name", name);
  }
  const response = await plugins.fetch("/plugins/@scope/routes/who");
  assertEquals(response.status, 404);
  await response.body?.cancel();
});

Deno.test("fetch() answers 408 to a body that trickles for ever", async () => {
  await using plugins = await openPlugins(SOURCE, { bodyTimeoutMs: 300 });
  const { handler } = plugins;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => handler.fetch(request),
  );
  for (
    const length of ["Content-Length: 100000", "Transfer-Encoding: chunked"]
  ) {
    using connection = await Deno.connect({
      hostname: "127.0.0.1",
      port: server.addr.port,
    });
    const head =
      `POST /plugins/1/routes/echo HTTP/1.1\r\nHost: a\r\n${length}\r\n\r\n`;
    const piece = length.startsWith("T") ? "1\r\nx\r\n" : "x";
    await connection.write(new TextEncoder().encode(head));
    const trickling = setInterval(() => {
      connection.write(new TextEncoder().encode(piece)).catch(() => {});
    }, 20);
    const buffer = new Uint8Array(2000);
    const size = await connection.read(buffer);
    clearInterval(trickling);
    const answer = new TextDecoder().decode(buffer.subarray(0, size ?? 0));
    assertStringIncludes(answer, "HTTP/1.1 408");
    assertStringIncludes(answer, "REQUEST_TIMEOUT");
  }
  assertEquals(handler.getHealth(1).state, "active");
});
