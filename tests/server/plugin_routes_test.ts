import { assertEquals, assertStringIncludes } from "@std/assert";
import { openServer, problemOf } from "./open_server.ts";

const code = `export default {
  config: {
    apiRoutes: {
      "/read": { method: "GET", actions: ["headers"] },
      "/write": { method: "POST", actions: ["headers"] },
    },
    actions: {
      headers: ({ request }) => Object.fromEntries(request.headers),
    },
  },
};`;

async function openWithPlugin() {
  const open = openServer();
  const { id } = open.handler.savePlugin({
    name: "echo",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: {},
    plugin: code,
  });
  await open.handler.loadPlugin(id!);
  return open;
}

Deno.test("plugins' routes need a viewer to read and an operator to write", async () => {
  await using open = await openWithPlugin();
  const admin = await open.admin();
  const path = "/plugins/echo/routes";
  const statusOf = async (method: string, token?: string) => {
    const name = method === "GET" ? "read" : "write";
    const response = await open.ask(`${path}/${name}`, { method, token });
    await response.body?.cancel();
    return response.status;
  };
  const viewer = await open.userOf("viewer", admin);
  const operator = await open.userOf("operator", admin);

  assertEquals(await statusOf("GET"), 401);
  assertEquals(await statusOf("POST"), 401);
  assertEquals(await statusOf("GET", viewer), 200);
  assertEquals(await statusOf("POST", viewer), 403);
  assertEquals(await statusOf("POST", operator), 200);
});

Deno.test("plugins see no credentials", async () => {
  await using open = await openWithPlugin();
  const token = await open.admin();
  const response = await open.ask("/plugins/echo/routes/read", {
    token,
    headers: { cookie: "dockstat_refresh=1", "x-custom": "2" },
  });
  const headers = await response.json();

  assertEquals(headers.authorization, undefined);
  assertEquals(headers.cookie, undefined);
  assertEquals(headers["x-custom"], "2");
});

Deno.test("probes are open and name nothing, figures need a key", async () => {
  await using open = await openWithPlugin();
  const token = await open.admin();
  const text = async (path: string, asked = {}) => {
    const response = await open.ask(path, asked);
    return [response.status, await response.text()];
  };

  assertEquals(await text("/healthz"), [200, "ok"]);
  assertEquals(await text("/readyz"), [200, "ready"]);
  assertEquals(await problemOf(await open.ask("/metrics")), [
    401,
    "AUTHENTICATION_REQUIRED",
  ]);
  const [status, metrics] = await text("/metrics", { token });
  assertEquals(status, 200);
  assertStringIncludes(
    String(metrics),
    'dockstat_plugin_state{plugin="echo",state="active"} 1',
  );
  open.server.stopServing();
  assertEquals((await text("/readyz"))[0], 503);
  assertEquals((await text("/healthz"))[0], 200);
});

Deno.test("what is mounted is answered with and without its mount", async () => {
  await using open = openServer({ mount: "/agent" });
  for (const path of ["/healthz", "/agent/healthz"]) {
    const response = await open.ask(path);
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  assertEquals(await problemOf(await open.ask("/other/healthz")), [
    404,
    "NOT_FOUND",
  ]);
});

Deno.test("plugins' public routes need nobody once they are allowed", async () => {
  await using open = openServer();
  const { id } = open.handler.savePlugin({
    name: "hook",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: {},
    plugin: `export default { config: {
      actions: { ok: () => "ok" },
      apiRoutes: {
        "POST /hook": { actions: ["ok"], public: true },
        "POST /other": { actions: ["ok"], public: true },
      },
    } };`,
  });
  await open.handler.loadPlugin(id!);
  await open.admin();
  const statusOf = async (path: string) => {
    const url = `/plugins/hook/routes/${path}`;
    const response = await open.ask(url, { method: "POST" });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await statusOf("hook"), 401);
  open.handler.allowPublicRoutes(id!, ["/hook"]);
  assertEquals(await statusOf("hook"), 200);
  assertEquals(await statusOf("other"), 401);
});

Deno.test("a public route is open once the operator allows it, to any page and program", async () => {
  await using open = openServer();
  const { handler } = open;
  const { id } = handler.savePlugin({
    name: "hooks",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: {},
    plugin: `export default { config: {
      apiRoutes: {
        "/hook": { method: "POST", actions: ["ok"], public: true },
        "/other": { method: "POST", actions: ["ok"] },
      },
      actions: { ok: () => "ok" },
    } };`,
  });
  await handler.loadPlugin(id!);
  const call = async (path: string, headers: Record<string, string> = {}) => {
    const response = await open.ask(path, {
      method: "POST",
      from: "192.0.2.7",
      headers: { "content-type": "text/plain", origin: "null", ...headers },
    });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await call("/plugins/hooks/routes/hook"), 403);
  const allowed = handler.allowPublicRoutes(id!, ["/hook"]);
  assertEquals(allowed.success, true);

  assertEquals(await call("/plugins/hooks/routes/hook"), 200);
  assertEquals(await call("/plugins/hooks/routes/other"), 403);
  for (
    const path of [
      "/api/v1/plugins/hooks/routes/hook",
      "/api/v2/plugins/hooks/routes/hook",
      "/api/v1/x/plugins/hooks/routes/hook",
      "/plugins/hooks/routes/hook/../other",
      "/plugins/hooks/routes/hook%2f..%2fother",
    ]
  ) {
    assertEquals(await call(path), 403, path);
  }
});
