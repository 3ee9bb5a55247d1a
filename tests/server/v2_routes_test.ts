import { assert, assertEquals } from "@std/assert";
import { type OpenServer, openServer, PASSWORD } from "./open_server.ts";

const board = Deno.readTextFileSync(
  new URL("./board_plugin.js", import.meta.url),
);

async function opened() {
  const open = openServer({ allowPrivateHosts: true });
  const token = await open.admin();
  const { id } = open.handler.savePlugin({
    name: "board",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: {},
    plugin: board,
  });
  await open.handler.loadPlugin(id!);
  return { open, token, id: id! };
}

function asker(open: OpenServer, token: string) {
  return async (method: string, path: string, json?: unknown) => {
    const asked = { method, token, json };
    const response = await open.ask(`/api/v2${path}`, asked);
    return { status: response.status, body: await response.json() };
  };
}

Deno.test("the original's lists have its shapes", async () => {
  const { open, token, id } = await opened();
  await using _open = open;
  const ask = asker(open, token);
  const get = async (path: string) => (await ask("GET", path)).body;
  const page = `/plugins/frontend/${id}`;

  assertEquals(await get("/plugins/hooks"), []);
  assertEquals((await get("/plugins/status")).installed_plugins.count, 1);
  assertEquals((await get("/plugins/routes"))[0].plugin, "board");
  assertEquals((await get("/plugins/frontend/routes/by-plugin")).length, 1);
  assertEquals((await get("/plugins/frontend/navigation")).length, 2);
  assertEquals((await get("/plugins/frontend/summary")).totalRoutes, 2);
  assertEquals(await get(`${page}/has-routes`), {
    pluginId: id,
    hasFrontendRoutes: true,
  });
  assertEquals((await get(`${page}/loaders?path=`)).loaders.length, 3);
  assertEquals((await get(`${page}/loaders`)).routePath, "/");
  assertEquals((await get(`${page}/actions?path=`)).actions.length, 4);
  assertEquals((await get(`${page}/actions`)).routePath, "/");
  assertEquals((await get(`${page}/actions/echo`)).action.id, "echo");
  assertEquals(
    (await get(`${page}/actions/none?path=`)).error,
    "Action not found",
  );
});

Deno.test("what is not there is answered with 200 and an error", async () => {
  const { open, token, id } = await opened();
  await using _open = open;
  const ask = asker(open, token);
  const page = `/plugins/frontend/${id}`;
  const errorOf = async (path: string) =>
    (await ask("POST", `${page}${path}`, { path: "" })).body.error;

  assertEquals(await errorOf("/loaders/none/execute"), "Loader not found");
  assertEquals(await errorOf("/actions/none/execute"), "Action not found");
  const all = await ask("POST", `${page}/loaders/execute`, { path: "" });
  assertEquals(all.body.results.length, 3);
});

Deno.test("plugins are loaded, unloaded and deleted in the original's words", async () => {
  const { open, token, id } = await opened();
  await using _open = open;
  const ask = asker(open, token);
  const unloaded = await ask("POST", "/plugins/unloadPlugins", { ids: [id] });
  assertEquals(unloaded.body, { successes: [id], errors: [] });
  const loaded = await ask("POST", "/plugins/loadPlugins", [id, 99]);
  assertEquals(loaded.body.successes, [id]);
  assertEquals(loaded.body.errors[0].pluginId, 99);
  const unknown = await ask("POST", "/plugins/delete", { pluginId: 99 });
  assertEquals(unknown.body.message, "Delete plugin; couldn't unload");
  const entry = {
    id: null,
    name: "board",
    description: "",
    version: "1.0.0",
    repository: "acme/plugins:main",
    manifest: "plugins/board",
    repoType: "github",
    author: { name: "Acme", license: "MIT" },
  };
  const again = await ask("POST", "/plugins/install", entry);
  assertEquals(again.body.message, "Plugin is already installed!");
});

Deno.test("bodies are validated in the original's envelope", async () => {
  const { open, token } = await opened();
  await using _open = open;
  const ask = asker(open, token);
  const wrong = await ask("POST", "/plugins/delete", { pluginId: "one" });
  assertEquals(wrong.status, 400);
  assertEquals(wrong.body.error.code, "VALIDATION_FAILED");
  assertEquals(wrong.body.error.details[0].field, "/pluginId");
  const root = await ask("POST", "/plugins/delete", 7);
  assertEquals(root.body.error.details[0].field, "unknown");
  const response = await open.ask("/api/v2/plugins/delete", {
    method: "POST",
    token,
    headers: { "content-type": "application/json" },
  });
  assertEquals((await response.json()).error.code, "BAD_REQUEST");
  const none = await ask("GET", "/no/such/route");
  assertEquals([none.status, none.body.error.code], [404, "NOT_FOUND"]);
  const socket = await ask("GET", "/ws/rss");
  assertEquals(socket.status, 404);
});

Deno.test("repositories, users, keys and pins are kept", async () => {
  const { open, token } = await opened();
  await using _open = open;
  const ask = asker(open, token);
  const file = JSON.stringify({ config: { name: "Acme" }, plugins: [] });
  await using site = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(file, { headers: { etag: '"1"' } }),
  );
  const link = `http://127.0.0.1:${site.addr.port}/files/repo.json`;
  assertEquals((await ask("GET", "/db/repositories/1")).status, 404);
  const body = { link_to_manifest: link };
  const added = await ask("POST", "/db/repositories", body);
  assertEquals(added.body.data.name, "Acme");
  assertEquals((await ask("POST", "/db/repositories", body)).status, 409);
  const { id } = added.body.data;
  assertEquals((await ask("GET", `/db/repositories/${id}`)).status, 200);
  assertEquals((await ask("GET", "/db/repositories")).body.data.length, 1);
  const changed = await ask("PUT", `/db/repositories/${id}`, {
    id,
    name: "Other",
    policy: "relaxed",
  });
  assertEquals(changed.body.data.name, "Other");
  assertEquals(changed.body.data.type, "http");
  assertEquals((await ask("PUT", "/db/repositories/9", { id: 9 })).status, 404);
  assertEquals((await ask("DELETE", `/db/repositories/${id}`)).status, 200);

  const user = { name: "eve", pass: PASSWORD, role: "viewer" };
  const made = await ask("POST", "/auth/local/register", user);
  assertEquals(made.body.user.name, "eve");
  assertEquals((await ask("GET", "/auth/verify")).body.user.name, "ada");
  const eve = made.body.user.id;
  assertEquals((await ask("DELETE", `/auth/users/${eve}`)).status, 200);
  const until = new Date(Date.now() + 60_000).toISOString();
  const key = await ask("POST", "/auth/api-keys", {
    name: "ci",
    expiresAt: until,
  });
  assertEquals(key.body.expiresAt, until);
  assertEquals((await ask("GET", "/auth/api-keys")).body.keys.length, 1);
  const gone = await ask("DELETE", `/auth/api-keys/${key.body.id}`);
  assertEquals(gone.status, 200);

  const pin = { path: "/p/1/", slug: "Board" };
  assertEquals((await ask("POST", "/db/config/pinItem", pin)).body.changes, 1);
  assertEquals((await ask("POST", "/db/config/pinItem", pin)).body.changes, 0);
  const unpinned = await ask("POST", "/db/config/unpinItem", pin);
  assertEquals(unpinned.body.changes, 1);
});

Deno.test("a first request that failed is not repeated by its key", async () => {
  await using open = openServer();
  const token = await open.admin();
  const headers = { "idempotency-key": "k" };
  const json = { manifest: { name: "x" } };
  const asked = { method: "POST", token, json, headers };
  for (let time = 0; time < 2; time++) {
    const response = await open.ask("/api/v1/plugins", asked);
    await response.body?.cancel();
    assert(response.status >= 400 && response.status < 500);
  }
});

Deno.test("any host is answered where the host says so", async () => {
  await using open = openServer({ allowedHosts: ["*"] });
  const response = await open.ask("/api/v1/session/state", {
    headers: { host: "anything.example" },
  });
  assertEquals(response.status, 200);
  await response.body?.cancel();
});
