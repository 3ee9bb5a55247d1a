import { assert, assertEquals } from "@std/assert";
import { type OpenServer, openServer, problemOf } from "./open_server.ts";

function manifest(version = "1.0.0", more = {}) {
  return {
    name: "notes",
    version,
    description: "Keeps notes",
    repository: "https://github.com/user/notes",
    manifest: "https://github.com/user/notes/manifest.json",
    author: { name: "User" },
    plugin: `export default { config: {
      apiRoutes: { "/notes": { method: "GET", actions: ["list"] } },
      actions: { list: () => ["${version}"] },
    } };`,
    ...more,
  };
}

async function install(open: OpenServer, token: string, json: unknown) {
  const response = await open.ask("/api/v1/plugins", {
    method: "POST",
    token,
    json,
  });
  assertEquals(response.status, 201);
  return await response.json();
}

Deno.test("a plugin is looked at, installed, listed and shown", async () => {
  await using open = openServer();
  const token = await open.admin();
  const dry = await open.ask("/api/v1/plugins/dry-run", {
    method: "POST",
    token,
    json: { manifest: manifest() },
  });
  const preview = await dry.json();
  assertEquals(preview.name, "notes");
  assertEquals(preview.problems, []);
  const { id, warnings } = await install(open, token, {
    manifest: manifest(),
    integrity: preview.integrity,
  });
  assertEquals(warnings, []);

  const list = await (await open.ask("/api/v1/plugins", { token })).json();
  assertEquals(list.items.length, 1);
  assertEquals(list.items[0].state, "active");
  const shown = await open.ask(`/api/v1/plugins/${id}`, { token });
  const detail = await shown.json();
  assertEquals(detail.routes, ["/notes"]);
  assertEquals(shown.headers.get("etag"), detail.etag);
  const audit = await (await open.ask("/api/v1/audit", { token })).json();
  assertEquals(audit.items[0].actor, "ada");
});

Deno.test("code that changed since the dry run is not installed", async () => {
  await using open = openServer();
  const token = await open.admin();

  assertEquals(
    await problemOf(
      await open.ask("/api/v1/plugins", {
        method: "POST",
        token,
        json: { manifest: manifest(), integrity: "sha256-AAAA" },
      }),
    ),
    [412, "PRECONDITION_FAILED"],
  );
  assertEquals(open.handler.getAll(), []);
});

Deno.test("a plugin is disabled, enabled, reloaded and deleted", async () => {
  await using open = openServer();
  const token = await open.admin();
  const { id } = await install(open, token, { manifest: manifest() });
  const post = async (verb: string, json?: unknown) => {
    const path = `/api/v1/plugins/${id}/${verb}`;
    const response = await open.ask(path, { method: "POST", token, json });
    await response.body?.cancel();
    return [response.status, open.handler.getHealth(id).state];
  };

  assertEquals(await post("disable", { reason: "noisy" }), [200, "disabled"]);
  assertEquals(await post("enable"), [200, "active"]);
  assertEquals(await post("reload"), [200, "active"]);
  assertEquals(await post("unload"), [200, "registered"]);
  assertEquals(await post("load"), [200, "active"]);
  const deleted = await open.ask(`/api/v1/plugins/${id}?purge=true`, {
    method: "DELETE",
    token,
  });
  assertEquals(deleted.status, 200);
  await deleted.body?.cancel();
  assertEquals(
    await problemOf(await open.ask(`/api/v1/plugins/${id}`, { token })),
    [404, "NOT_FOUND"],
  );
});

Deno.test("a change of what has changed since is refused", async () => {
  await using open = openServer();
  const token = await open.admin();
  const { id } = await install(open, token, { manifest: manifest() });
  const path = `/api/v1/plugins/${id}`;
  const { etag } = await (await open.ask(path, { token })).json();
  const disable = () =>
    open.ask(`${path}/disable`, {
      method: "POST",
      token,
      json: {},
      headers: { "if-match": etag },
    });
  const first = await disable();
  assertEquals(first.status, 200);
  await first.body?.cancel();

  assertEquals(await problemOf(await disable()), [412, "PRECONDITION_FAILED"]);
});

Deno.test("a plugin is pinned, granted and rolled back", async () => {
  await using open = openServer();
  const token = await open.admin();
  const permissions = { net: ["example.com"] };
  const { id } = await install(open, token, {
    manifest: manifest("1.0.0", { permissions }),
  });
  const next = manifest("1.1.0", { permissions });
  const updated = await open.handler.installPlugin(next, { update: true });
  assert(updated.success, updated.message);
  const ask = async (method: string, path: string, json?: unknown) => {
    const asked = { method, token, json };
    const response = await open.ask(`/api/v1/plugins/${id}${path}`, asked);
    assertEquals(response.status, 200);
    return await response.json();
  };

  const granted = await ask("PUT", "/permissions", { granted: permissions });
  assertEquals(granted.effective, permissions);
  await ask("PUT", "/pin", { range: "^1.0.0" });
  assertEquals((await ask("GET", "")).pinned, "^1.0.0");
  const { items } = await ask("GET", "/versions");
  assertEquals(items.map((it: { version: string }) => it.version), ["1.0.0"]);
  await ask("POST", "/rollback", { version: "1.0.0" });
  assertEquals((await ask("GET", "")).version, "1.0.0");
});
