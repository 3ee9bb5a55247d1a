import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { MethodNotAllowedError, PluginError } from "@dockstat/plugin-handler";
import { openPlugins, routesSource } from "./open_plugin.ts";

Deno.test("handleRoute() returns the last action's value as it is", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /object": "() => ({ a: 1n })",
    "GET /response": "() => new Response('x', { status: 418 })",
    "GET /nothing": "() => {}",
  }));
  assertEquals(await plugins.ask("/object"), { a: 1n });
  assertEquals((await plugins.ask("/response") as Response).status, 418);
  assertEquals(await plugins.ask("/nothing"), undefined);
});

Deno.test("handleRoute() hands pattern parameters and the query to actions", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /items/:id/*":
      "({ params, query }) => [params.id, params['*'], query.get('q')]",
  }));
  assertEquals(await plugins.ask("/items/a%2Fb/x/y?q=1"), ["a/b", "x/y", "1"]);
});

Deno.test("handleRoute() serves HEAD by GET without a body", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /a": "({ request, body }) => [request.method, body]",
  }));
  assertEquals(await plugins.ask("/a", { method: "HEAD" }), [
    "HEAD",
    undefined,
  ]);
});

Deno.test("handleRoute() rejects an unknown path with ROUTE_NOT_FOUND", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /a": "() => 1",
  }));
  const error = await assertRejects(() => plugins.ask("/b"), PluginError);
  assertEquals([error.code, error.status, error.pluginId], [
    "ROUTE_NOT_FOUND",
    404,
    plugins.ids[0],
  ]);
  assertStringIncludes(error.message, 'plugin "plugin-1"');
});

Deno.test("handleRoute() rejects a wrong method with the right ones", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /a": "() => 1",
  }));
  const error = await assertRejects(
    () => plugins.ask("/a", { method: "DELETE" }),
    MethodNotAllowedError,
  );
  assertEquals([error.code, error.status], ["METHOD_NOT_ALLOWED", 405]);
  assertEquals(error.allow, ["GET", "HEAD"]);
});

Deno.test("handleRoute() rejects a malformed escape with INVALID_REQUEST", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /:id": "() => 1",
  }));
  const request = new Request("http://localhost/");
  const error = await assertRejects(
    () => plugins.handler.handleRoute(plugins.ids[0]!, "/%zz", request),
    PluginError,
  );
  assertEquals([error.code, error.status], ["INVALID_REQUEST", 400]);
});

Deno.test("handleRoute() rejects rather than throws", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /a": "() => { throw new Error('boom') }",
  }));
  const promise = plugins.ask("/a");
  const error = await assertRejects(() => promise, PluginError);
  assertEquals(error.code, "ACTION_FAILED");
});

Deno.test("handleRoute() leaves the body to routes that ask for it raw", async () => {
  await using plugins = await openPlugins(`{
    config: {
      apiRoutes: { "/raw": { method: "POST", actions: ["a"], body: "raw" } },
      actions: {
        a: async ({ body, request }) => [body, request.bodyUsed, await request.text()],
      },
    },
  }`);
  const answer = await plugins.ask("/raw", { method: "POST", body: "{" });
  assertEquals(answer, [undefined, false, "{"]);
});
