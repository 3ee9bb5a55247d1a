import { assert, assertEquals } from "@std/assert";
import { openServer, problemOf } from "./open_server.ts";

const board = Deno.readTextFileSync(
  new URL("./board_plugin.js", import.meta.url),
);

/** A folder of files on loopback that tests may change. */
function serveFiles(files: Record<string, string>) {
  const asked: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const path = new URL(request.url).pathname.slice(1);
      asked.push(path);
      const text = files[path];
      return new Response(text ?? "none", { status: text ? 200 : 404 });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return { url, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}

function manifest(version: string) {
  return JSON.stringify({
    name: "greeter",
    version,
    repository: "https://example.com/greeter",
    manifest: "https://example.com/greeter/manifest.json",
    author: { name: "User" },
    changelog: "CHANGES.txt",
    permissions: version === "1.0.0" ? {} : { env: ["HOME"] },
    plugin: `export default { config: { apiRoutes: {
      "/v": { method: "GET", actions: ["v"] } },
      actions: { v: () => "${version}" } } };`,
  });
}

Deno.test("updates are looked for, applied, and brought by policy", async () => {
  const files: Record<string, string> = { "manifest.json": manifest("1.0.0") };
  await using site = serveFiles(files);
  await using open = openServer({ allowPrivateHosts: true });
  const token = await open.admin();
  const post = async (path: string, json: unknown = {}) => {
    const asked = { method: "POST", token, json };
    const response = await open.ask(`/api/v1${path}`, asked);
    return await response.json();
  };
  const { id } = await post("/plugins", { url: `${site.url}/manifest.json` });
  files["manifest.json"] = manifest("1.1.0");
  files["CHANGES.txt"] = "1.1.0: greets more warmly";
  const shown = await open.ask(`/api/v1/updates/${id}`, { token });
  const { preview, changelog } = await shown.json();
  assertEquals(changelog, "1.1.0: greets more warmly");
  assertEquals(preview.newPermissions, { env: ["HOME"] });
  const granted = await open.ask(`/api/v1/plugins/${id}/permissions`, {
    method: "PUT",
    token,
    json: { granted: preview.newPermissions },
  });
  assertEquals(granted.status, 200);
  await granted.body?.cancel();
  const { items } = await post("/updates/check");
  assertEquals(items[0].available, "1.1.0");
  const list = await (await open.ask("/api/v1/plugins", { token })).json();
  assertEquals(list.items[0].update, { version: "1.1.0" });

  assertEquals((await post(`/updates/${id}`)).ok, true);
  assertEquals(open.handler.getAll()[0]!.version, "1.1.0");
  const policy = await open.ask(`/api/v1/plugins/${id}/update-policy`, {
    method: "PUT",
    token,
    json: { policy: "patch", window: { from: "02:00", to: "04:00" } },
  });
  assertEquals((await policy.json()).policy, "patch");
});

Deno.test("private addresses are named by nobody unless the host allows it", async () => {
  await using site = serveFiles({ "manifest.json": manifest("1.0.0") });
  await using open = openServer();
  const token = await open.admin();
  const url = `${site.url}/manifest.json`;

  for (
    const [path, json] of [
      ["/api/v1/plugins", { url }],
      ["/api/v1/plugins/dry-run", { url }],
      ["/api/v1/repositories", { link: url }],
    ] as const
  ) {
    assertEquals(
      await problemOf(await open.ask(path, { method: "POST", token, json })),
      [403, "HOST_NOT_ALLOWED"],
    );
  }
  assertEquals(site.asked, []);
});

Deno.test("one repository that cannot be reached hides no other", async () => {
  const entry = { name: "board", version: "1.0.0", description: "A board" };
  await using site = serveFiles({
    "repo.json": JSON.stringify({
      config: { name: "Acme", type: "http" },
      content: { plugins: [entry, "no entry"] },
    }),
  });
  await using open = openServer({ allowPrivateHosts: true });
  const token = await open.admin();
  const added = await open.ask("/api/v1/repositories", {
    method: "POST",
    token,
    json: { link: `${site.url}/repo.json` },
  });
  assertEquals(added.status, 201);
  await added.body?.cancel();
  open.handler.database.driver.run(
    "INSERT INTO repositories (name, source, type, policy) VALUES ('Gone', ?, 'http', 'strict')",
    [`${site.url}/gone/`],
  );
  const found = await (await open.ask("/api/v1/catalogue?q=BOARD", { token }))
    .json();

  assertEquals(found.items.map((it: { name: string }) => it.name), ["board"]);
  assertEquals(
    found.errors.map((it: { repository: string }) => it.repository),
    [
      "Gone",
    ],
  );
});

Deno.test("a page is handed out with what its loaders load", async () => {
  await using open = openServer();
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
  const post = (path: string, json: unknown) =>
    open.ask(`/api/v1/plugins/${id}/pages${path}`, {
      method: "POST",
      token,
      json,
    });
  const page = await (await post("", { path: "/" })).json();
  const pages = await (await open.ask("/api/v1/pages", { token })).json();

  assertEquals(page.title, "Board");
  assertEquals(page.initial.state.count, { value: 0 });
  assertEquals(pages.items.length, 2);
  const ran = await (await post("/actions/increase", { path: "/" })).json();
  assertEquals(ran.data, { value: 1 });
  assertEquals(
    await problemOf(await post("/actions/none", { path: "/" })),
    [404, "NOT_FOUND"],
  );
});

Deno.test("schedules are listed and run", async () => {
  await using open = openServer();
  const token = await open.admin();
  const { id } = open.handler.savePlugin({
    name: "clock",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: {},
    plugin: `export default { config: {
      schedules: { tick: { every: "1h", actions: ["tick"] } },
      actions: { tick: () => 1 } } };`,
  });
  await open.handler.loadPlugin(id!);
  const { items } = await (await open.ask("/api/v1/schedules", { token }))
    .json();
  assertEquals(items[0].name, "tick");
  assert(Date.parse(items[0].nextAt) > Date.now());
  const run = await open.ask(`/api/v1/plugins/${id}/schedules/tick/run`, {
    method: "POST",
    token,
    json: {},
  });
  assertEquals((await run.json()).ok, true);
});

Deno.test("a repeated request with its key does nothing twice", async () => {
  await using open = openServer();
  const token = await open.admin();
  const json = { name: "ci", role: "viewer" };
  const make = async (key: string, body: unknown = json) => {
    const response = await open.ask("/api/v1/keys", {
      method: "POST",
      token,
      json: body,
      headers: { "idempotency-key": key },
    });
    return [response.status, await response.json()] as const;
  };
  const [first, again] = await Promise.all([make("one"), make("one")]);

  assertEquals(first, again);
  assertEquals(first[0], 201);
  assertEquals((await make("one"))[1].key, first[1].key);
  const [status, problem] = await make("one", { ...json, name: "other" });
  assertEquals([status, problem.code], [409, "CONFLICT"]);
  assertEquals((await make("two"))[0], 409);
});
