import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { openPlugins, routesSource } from "./open_plugin.ts";

const SOURCE = routesSource({
  "GET /a": "() => ({ a: 1 })",
  "PUT /:any": "() => 'put'",
  "POST /echo": "({ body }) => body",
  "GET /items/:id": "({ params, query }) => [params.id, query.get('q')]",
  "GET /throws": "() => { throw new Error('boom') }",
  "GET /formless": "() => () => 1",
});

Deno.test("fetch() finds plugins by id and name behind any prefix", async () => {
  await using plugins = await openPlugins(SOURCE);
  for (
    const path of [
      `/plugins/${plugins.ids[0]}/routes/a`,
      "/plugins/plugin-1/routes/a",
      "/api/v2/plugins/plugin%2D1/routes/a?x=/plugins/9/routes/b",
      "/plugins/x/plugins/plugin-1/routes/a/",
    ]
  ) {
    const response = await plugins.fetch(path);
    assertEquals([response.status, await response.json()], [200, { a: 1 }]);
  }
});

Deno.test("fetch() hands parameters, query and body on", async () => {
  await using plugins = await openPlugins(SOURCE);
  const item = await plugins.fetch("/plugins/1/routes/items/a%2Fb?q=c");
  assertEquals(await item.json(), ["a/b", "c"]);
  const echo = await plugins.fetch("/plugins/1/routes/echo", {
    method: "POST",
    body: '{"x":[1]}',
    headers: { "content-type": "application/json" },
  });
  assertEquals(await echo.json(), { x: [1] });
});

Deno.test("fetch() answers errors as problem details", async () => {
  await using plugins = await openPlugins(SOURCE);
  const response = await plugins.fetch("/api/plugins/1/routes/gone/away?x=1");
  assertEquals(response.status, 404);
  assertEquals(
    response.headers.get("content-type"),
    "application/problem+json",
  );
  assertEquals(await response.json(), {
    type: "urn:dockstat:plugin-handler:ROUTE_NOT_FOUND",
    title: "Route not found",
    status: 404,
    detail:
      'Cannot answer "/gone/away" of plugin "plugin-1": it declares no such route; see getAllPluginRoutes()',
    instance: "/api/plugins/1/routes/gone/away",
    code: "ROUTE_NOT_FOUND",
    pluginId: 1,
  });
});

Deno.test("fetch() tells unknown plugins from those that are not loaded", async () => {
  await using plugins = await openPlugins(SOURCE);
  plugins.handler.unloadPlugin(1);
  const codeOf = async (path: string) => {
    const response = await plugins.fetch(path);
    return [response.status, (await response.json()).code];
  };
  assertEquals(await codeOf("/plugins/1/routes/a"), [409, "PLUGIN_NOT_LOADED"]);
  assertEquals(await codeOf("/plugins/plugin-1/routes/a"), [
    409,
    "PLUGIN_NOT_LOADED",
  ]);
  assertEquals(await codeOf("/plugins/2/routes/a"), [404, "PLUGIN_NOT_FOUND"]);
  assertEquals(await codeOf("/plugins/__proto__/routes/a"), [
    404,
    "PLUGIN_NOT_FOUND",
  ]);
  assertEquals(await codeOf("/elsewhere"), [404, "ROUTE_NOT_FOUND"]);
  assertEquals(await codeOf("/plugins/1/routesx"), [404, "ROUTE_NOT_FOUND"]);
  assertEquals(await codeOf("/plugins/%zz/routes/a"), [400, "INVALID_REQUEST"]);
});

Deno.test("fetch() answers a wrong method and OPTIONS with Allow", async () => {
  await using plugins = await openPlugins(SOURCE);
  const wrong = await plugins.fetch("/plugins/1/routes/a", {
    method: "DELETE",
  });
  assertEquals(wrong.status, 405);
  assertEquals(wrong.headers.get("allow"), "GET, HEAD, PUT");
  assertEquals((await wrong.json()).code, "METHOD_NOT_ALLOWED");
  const options = await plugins.fetch("/plugins/1/routes/a", {
    method: "OPTIONS",
  });
  assertEquals([options.status, options.headers.get("allow")], [
    204,
    "GET, HEAD, PUT, OPTIONS",
  ]);
  const gone = await plugins.fetch("/plugins/1/routes/gone/away", {
    method: "OPTIONS",
  });
  assertEquals((await gone.json()).code, "ROUTE_NOT_FOUND");
});

Deno.test("fetch() answers HEAD without a body, errors too", async () => {
  await using plugins = await openPlugins(SOURCE);
  for (const [path, status] of [["a", 200], ["gone/away", 404]] as const) {
    const response = await plugins.fetch(`/plugins/1/routes/${path}`, {
      method: "HEAD",
    });
    assertEquals([response.status, response.body], [status, null]);
    assert(response.headers.get("content-type")?.includes("json"));
  }
});

Deno.test("fetch() shows no stack trace", async () => {
  await using plugins = await openPlugins(SOURCE);
  const response = await plugins.fetch("/plugins/1/routes/throws");
  assertEquals(response.status, 500);
  const text = await response.text();
  assertStringIncludes(text, "boom");
  assert(!text.includes("stack") && !text.includes("blob:"));
});

Deno.test("fetch() answers a value without JSON form with a problem", async () => {
  await using plugins = await openPlugins(SOURCE);
  const response = await plugins.fetch("/plugins/1/routes/formless");
  assertEquals(response.status, 500);
  assertMatch((await response.json()).detail, /no JSON form/);
});

Deno.test("fetch() lists what is wrong with an input", async () => {
  await using plugins = await openPlugins(`{ config: {
    actions: { a: { handler: () => 1, validate: { body: { "~standard": {
      version: 1, vendor: "test",
      validate: () => ({ issues: [{ message: "wrong", path: ["a", { key: 0 }] }] }),
    } } } } },
    apiRoutes: { "/a": { method: "POST", actions: ["a"] } },
  } }`);
  const response = await plugins.fetch("/plugins/1/routes/a", {
    method: "POST",
    body: "x",
  });
  assertEquals(response.status, 422);
  assertEquals((await response.json()).issues, [
    { message: "wrong", path: ["body", "a", 0] },
  ]);
});

Deno.test("fetch() serves a real server", async () => {
  await using plugins = await openPlugins(SOURCE);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => plugins.handler.fetch(request),
  );
  const base = `http://127.0.0.1:${server.addr.port}/plugins/1/routes`;
  const echo = await fetch(`${base}/echo`, {
    method: "POST",
    body: '{"x":1}',
    headers: { "content-type": "application/json" },
  });
  assertEquals(await echo.json(), { x: 1 });
  const malformed = await fetch(`${base}/echo`, {
    method: "POST",
    body: "{",
    headers: { "content-type": "application/json" },
  });
  assertEquals((await malformed.json()).code, "INVALID_BODY");
  const large = await fetch(`${base}/echo`, {
    method: "POST",
    body: "x".repeat(2 ** 20 + 1),
  });
  assertEquals([large.status, (await large.json()).code], [
    413,
    "BODY_TOO_LARGE",
  ]);
});
