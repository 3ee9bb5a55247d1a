import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openServer, problemOf } from "./open_server.ts";

function manifest() {
  return {
    name: "rows",
    version: "1.0.0",
    description: "Keeps rows",
    repository: "https://github.com/user/rows",
    manifest: "https://github.com/user/rows/manifest.json",
    author: { name: "User" },
    permissions: { net: ["a.example"] },
    plugin: `export default { config: {
      table: { name: "kept_rows", columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        text: { type: "TEXT" },
      } },
      apiRoutes: { "/x": { method: "GET", actions: ["x"] } },
      actions: { x: () => 1 },
    } };`,
  };
}

async function withRows() {
  const open = openServer();
  const token = await open.admin();
  const { id } = await open.handler.installPlugin(manifest());
  await open.handler.loadAllPlugins();
  const { table } = open.handler.getServerHooks(id!);
  for (let i = 1; i <= 5; i++) table!.insert({ text: `row ${i}, "quoted"` });
  return { open, token, id: id! };
}

Deno.test("tables are listed, paged and exported", async () => {
  const { open, token, id } = await withRows();
  await using _ = open;
  const get = async (path: string) =>
    await (await open.ask(`/api/v1${path}`, { token })).json();
  assertEquals((await get("/tables")).items, [{
    table: "kept_rows",
    pluginId: id,
    plugin: "rows",
    orphan: false,
    ownFile: false,
    rows: 5,
  }]);
  const page = await get("/tables/kept_rows/rows?limit=2&offset=2");
  assertEquals(page.columns, ["id", "text"]);
  assertEquals(page.rows[0], [3, 'row 3, "quoted"']);
  assertEquals(page.next, 4);
  assertEquals((await get("/tables/kept_rows/rows?offset=4")).next, undefined);
  const csv = await open.ask("/api/v1/tables/kept_rows/export?format=csv", {
    token,
  });
  assertStringIncludes(
    csv.headers.get("content-disposition")!,
    "kept_rows.csv",
  );
  const lines = (await csv.text()).split("\r\n");
  assertEquals(lines.slice(0, 2), ["id,text", '1,"row 1, ""quoted"""']);
  const rows = await get("/tables/kept_rows/export?format=json");
  assertEquals(rows.length, 5);
});

Deno.test("tables that are no plugin's are not read, whoever asks", async () => {
  const { open, token } = await withRows();
  await using _ = open;
  for (const name of ["plugins", "plugin_handler_users", "none"]) {
    for (const what of ["rows", "export?format=csv"]) {
      const response = await open.ask(`/api/v1/tables/${name}/${what}`, {
        token,
      });
      assertEquals((await problemOf(response))[0], 404);
    }
  }
  const viewer = await open.userOf("viewer", token);
  const asked = { token: viewer };
  assertEquals((await open.ask("/api/v1/tables", asked)).status, 200);
  const rows = await open.ask("/api/v1/tables/kept_rows/rows", asked);
  assertEquals(await problemOf(rows), [403, "ROLE_REQUIRED"]);
});

Deno.test("what a deleted plugin left is purged, and of an installed one nothing", async () => {
  const { open, token, id } = await withRows();
  await using _ = open;
  const purge = () =>
    open.ask(`/api/v1/orphans/${id}`, { method: "DELETE", token });
  assertEquals(await problemOf(await purge()), [409, "CONFLICT"]);
  open.handler.deletePlugin(id);
  const [orphan] = open.handler.listTables();
  assertEquals(orphan?.orphan, true);
  assertEquals((await purge()).status, 200);
  assertEquals(open.handler.listTables(), []);
  assert((await purge()).status >= 400);
});

Deno.test("permissions are granted and revoked one by one, by admins", async () => {
  const { open, token, id } = await withRows();
  await using _ = open;
  const post = (verb: string, permissions: unknown, as = token) =>
    open.ask(`/api/v1/plugins/${id}/permissions/${verb}`, {
      method: "POST",
      token: as,
      json: { permissions },
    });
  assertEquals((await post("grant", { net: ["a.example"] })).status, 200);
  assertEquals((await post("grant", { read: ["/data"] })).status, 200);
  assertEquals((await post("revoke", { net: ["a.example"] })).status, 200);
  assertEquals(open.handler.getPermissions(id).granted, { read: ["/data"] });
  const operator = await open.userOf("operator", token);
  const refused = await post("grant", { net: true }, operator);
  assertEquals(await problemOf(refused), [403, "ROLE_REQUIRED"]);
});

Deno.test("a key in X-API-Key changes things without an origin", async () => {
  const { open, token, id } = await withRows();
  await using _ = open;
  const made = await open.ask("/api/v1/keys", {
    method: "POST",
    token,
    json: { name: "script", role: "operator" },
  });
  const { key } = await made.json();
  const response = await open.server.fetch(
    new Request(`http://localhost/api/v1/plugins/${id}/reload`, {
      method: "POST",
      headers: { "x-api-key": key },
    }),
    { remoteAddr: { hostname: "127.0.0.1" } },
  );
  assertEquals(response.status, 200);
});

Deno.test("the doctor tells of integrity, and a database in memory has no backup", async () => {
  const { open, token } = await withRows();
  await using _ = open;
  const { items } = await (await open.ask("/api/v1/doctor", { token })).json();
  const found = Object.fromEntries(
    items.map(({ name, state }: Record<string, string>) => [name, state]),
  );
  assertEquals(found.integrity, "ok");
  assertEquals(found.file, "warning");
  const backup = await open.ask("/api/v1/backups", { method: "POST", token });
  assert(backup.status >= 400);
});
