import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openPlugins } from "./open_plugin.ts";

const PAGES = `{
  config: {
    actions: {
      list: ({ query }) => ({ items: [1, 2], q: query.get("q") }),
      count: () => globalThis.loads = (globalThis.loads ?? 0) + 1,
      echo: ({ body }) => body,
      fails: () => { throw new Error("no data") },
      formless: () => () => 1,
      response: () => new Response('{"r":1}', {
        headers: { "content-type": "application/json" } }),
      refused: () => new Response("not now", { status: 503 }),
    },
    apiRoutes: {
      "/list": { method: "GET", actions: ["list"] },
      "/count": { method: ["GET", "POST"], actions: ["count"] },
      "/echo": { method: "POST", actions: ["echo"] },
      "/fails": { method: "GET", actions: ["fails"] },
      "/formless": { method: "GET", actions: ["formless"] },
      "/response": { method: "GET", actions: ["response"] },
      "/refused": { method: "GET", actions: ["refused"] },
    },
    frontend: {
      sharedFragments: [{ id: "footer", widgets: [] }],
      globalActions: [{ id: "home", type: "navigate", path: "/" }],
      globalLoaders: [{ id: "all", apiRoute: "/list?q=global", stateKey: "all" }],
      globalState: { initial: { theme: "light", n: 1 } },
      routes: [
        {
          path: "/dash",
          template: { type: "container", children: [] },
          meta: { title: "Dashboard", icon: "chart", navOrder: 2 },
          loaders: [
            { id: "plain", apiRoute: "/list" },
            { id: "keyed", apiRoute: "list", dataKey: "items" },
            { id: "both", apiRoute: "/response", stateKey: "s", dataKey: "d" },
            { id: "fails", apiRoute: "/fails", stateKey: "never" },
            { id: "formless", apiRoute: "/formless" },
            { id: "refused", apiRoute: "/refused" },
            { id: "gone", apiRoute: "/gone" },
          ],
          actions: [
            { id: "save", type: "api", apiRoute: "/echo",
              body: { id: "{{payload.id}}", theme: "{{state.theme}}", gone: "{{x}}" },
              onSuccess: {
                setState: { saved: "result.data", id: "result.id", text: "#{{result.data.id}}" },
                notify: { message: "Saved {{payload.id}}", type: "success" },
                triggerAction: "refresh",
              },
              onError: { setState: { problem: "result.error" } } },
            { id: "break", type: "api", apiRoute: "/fails", method: "GET",
              onSuccess: { navigate: "/never" },
              onError: { setState: { problem: "result.error" } } },
            { id: "flip", type: "setState",
              stateUpdates: { open: "{{!state.open}}", literal: "x" } },
            { id: "refresh", type: "reload", loaderIds: ["plain"] },
            { id: "refreshAll", type: "reload" },
            { id: "open", type: "navigate", path: "/items/{{payload.id}}" },
            { id: "special", type: "custom", handler: "shake" },
            { id: "odd", type: "strange" },
            { id: "empty", type: "api" },
          ],
        },
        {
          path: "settings",
          template: '{"id":"t","name":"T","widgets":[],"state":{"initial":{"n":2}},'
            + '"actions":[{"id":"home","type":"reload"},{"id":"own","type":"reload"}]}',
          meta: { showInNav: false },
        },
        {
          path: "/cached",
          template: "id: y\\nloaders:\\n  - { id: own, apiRoute: /count }\\n",
          loaders: [
            { id: "a", apiRoute: "/count", cache: { ttl: 60000 } },
            { id: "b", apiRoute: "/count", stateKey: "b", cache: { ttl: 60000 } },
            { id: "c", apiRoute: "/count", cache: { ttl: 60000, key: "c{{n}}" } },
          ],
        },
        { path: "/", template: "{{{ not yaml" },
      ],
    },
  },
}`;

const PLAIN = `{ config: {} }`;

Deno.test("pages are listed with their place among all", async () => {
  await using plugins = await openPlugins([PAGES, PLAIN]);
  const { handler } = plugins;
  assertEquals(handler.getAllFrontendRoutes().map((it) => it.fullPath), [
    "/p/1/dash",
    "/p/1/settings",
    "/p/1/cached",
    "/p/1/",
  ]);
  assertEquals(handler.getFrontendNavigationItems(), [
    {
      pluginId: 1,
      pluginName: "plugin-1",
      path: "/p/1/dash",
      title: "Dashboard",
      icon: "chart",
      order: 2,
    },
    ...["/p/1/cached", "/p/1/"].map((path) => ({
      pluginId: 1,
      pluginName: "plugin-1",
      path,
      title: "plugin-1",
      order: 999,
    })),
  ]);
  assertEquals(handler.getFrontendSummary(), {
    totalRoutes: 4,
    pluginsWithFrontend: 1,
    routesByPlugin: { 1: 4 },
  });
  const [byPlugin, ...others] = handler.getFrontendRoutesByPlugin();
  assertEquals(others, []);
  assertEquals(byPlugin!.routes.length, 4);
  assertEquals(byPlugin!.sharedFragments, [{ id: "footer", widgets: [] }]);
  assertEquals(byPlugin!.globalState, { initial: { theme: "light", n: 1 } });
});

Deno.test("one page is found by its path, its template unchanged", async () => {
  await using plugins = await openPlugins([PAGES, PLAIN]);
  const { handler } = plugins;
  const page = handler.getFrontendRoute(1, "/dash");
  assertEquals([page?.pluginName, page?.fullPath], ["plugin-1", "/p/1/dash"]);
  assertEquals(handler.getFrontendRoute(1, "dash/")?.path, "/dash");
  assertEquals(handler.getFrontendTemplate(1, "/dash"), {
    type: "container",
    children: [],
  });
  assertEquals(typeof handler.getFrontendTemplate(1, "/settings"), "string");
  assertEquals(handler.getFrontendRoute(1, "/gone"), null);
  assertEquals(handler.getFrontendTemplate(9, "/dash"), null);
  assertEquals([1, 2, 9].map((id) => handler.hasFrontendRoutes(id)), [
    true,
    false,
    false,
  ]);
  assertEquals(handler.getSharedFragments(2), []);
});

Deno.test("loaders and actions come global, then the route's, then the template's", async () => {
  await using plugins = await openPlugins([PAGES]);
  const { handler } = plugins;
  const ids = (list: { id: string }[]) => list.map((it) => it.id);
  assertEquals(ids(handler.getRouteActions(1, "/settings")), ["home", "own"]);
  assertEquals(handler.getAction(1, "/settings", "home")?.type, "navigate");
  assertEquals(ids(handler.getRouteLoaders(1, "/cached")), [
    "all",
    "a",
    "b",
    "c",
    "own",
  ]);
  assertEquals(ids(handler.getRouteLoaders(1, "/gone")), ["all"]);
  assertEquals(handler.getRouteLoaders(9, "/dash"), []);
  assertEquals(handler.getLoader(1, "/dash", "plain"), {
    id: "plain",
    apiRoute: "/list",
    pluginId: 1,
    pluginName: "plugin-1",
  });
  assertEquals(handler.getAction(1, "/dash", "constructor"), null);
  assertEquals(handler.getLoader(9, "/dash", "plain"), null);
});

Deno.test("executeRouteLoaders() puts data where it belongs", async () => {
  await using plugins = await openPlugins([PAGES]);
  const { results, state, data } = await plugins.handler
    .executeRouteLoaders(1, "/dash");
  assertEquals(state, { all: { items: [1, 2], q: "global" }, s: { r: 1 } });
  assertEquals(data, {
    plain: { items: [1, 2], q: null },
    items: { items: [1, 2], q: null },
    d: { r: 1 },
  });
  assertEquals(results.map((it) => [it.loaderId, it.success]), [
    ["all", true],
    ["plain", true],
    ["keyed", true],
    ["both", true],
    ["fails", false],
    ["formless", false],
    ["refused", false],
    ["gone", false],
  ]);
  assertStringIncludes(results[4]!.error!, "no data");
  assertStringIncludes(results[5]!.error!, "no JSON form");
  assertStringIncludes(results[6]!.error!, "503 not now");
  assertEquals(results[4]!.stateKey, "never");
  assert(results.every((it) => Number.isInteger(it.loadedAt)));
});

Deno.test("executeLoader() keeps results for as long as their cache allows", async () => {
  await using plugins = await openPlugins([PAGES]);
  const { handler } = plugins;
  Reflect.deleteProperty(globalThis, "loads");
  const load = async (id: string, state?: Record<string, unknown>) => {
    const result = (await handler.executeLoader(1, "/cached", id, { state }))!;
    return [result.loaderId, result.stateKey, result.data];
  };
  assertEquals(await Promise.all([load("a"), load("a")]), [
    ["a", undefined, 1],
    ["a", undefined, 1],
  ]);
  assertEquals(await load("b"), ["b", "b", 1]);
  assertEquals(await load("c"), ["c", undefined, 2]);
  assertEquals(await load("c", { n: 7 }), ["c", undefined, 3]);
  assertEquals(await load("own"), ["own", undefined, 4]);
  await handler.reloadPlugin(1);
  assertEquals(await load("a"), ["a", undefined, 5]);
  Reflect.deleteProperty(globalThis, "loads");
});

Deno.test("executeLoader() and executeAction() answer null for what is not there", async () => {
  await using plugins = await openPlugins([PAGES]);
  const { handler } = plugins;
  for (const [id, part] of [[1, "missing"], [9, "all"]] as const) {
    assertEquals(await handler.executeLoader(id, "/dash", part), null);
    assertEquals(await handler.executeAction(id, "/dash", part), null);
  }
});

Deno.test("executeAction() reads paths of what the API route returned", async () => {
  await using plugins = await openPlugins([`{ config: {
    actions: { list: () => ({ data: [1, 2], error: "none", deep: { a: [3] } }), bare: () => [4] },
    apiRoutes: { "/list": { method: "POST", actions: ["list"] }, "/bare": { method: "POST", actions: ["bare"] } },
    frontend: { routes: [{ path: "/", template: {}, actions: [
      { id: "list", type: "api", apiRoute: "/list", onSuccess: { setState: {
        items: "result.data", error: "result.error", deep: "result.deep.a.0", ok: "result.success", not: "result.gone" } } },
      { id: "bare", type: "api", apiRoute: "/bare", onSuccess: { setState: { items: "result.data", first: "result.0" } } },
    ] }] },
  } }`]);
  const stateOf = async (id: string) =>
    (await plugins.handler.executeAction(1, "/", id))!.onSuccess!.setState;
  assertEquals(await stateOf("list"), {
    items: [1, 2],
    error: "none",
    deep: 3,
    ok: true,
  });
  assertEquals(await stateOf("bare"), { items: [4], first: 4 });
});

Deno.test("executeAction() fills bindings and outcomes in", async () => {
  await using plugins = await openPlugins([PAGES]);
  const { executedAt, ...result } = (await plugins.handler
    .executeAction(1, "/dash", "save", { payload: { id: 7 } }))!;
  assert(Number.isInteger(executedAt));
  assertEquals(result, {
    actionId: "save",
    success: true,
    data: { id: 7, theme: "light" },
    onSuccess: {
      setState: { saved: { id: 7, theme: "light" }, id: 7, text: "#7" },
      notify: { message: "Saved 7", type: "success" },
      triggerAction: "refresh",
    },
  });
});

Deno.test("executeAction() reports a failure with its outcome", async () => {
  await using plugins = await openPlugins([PAGES]);
  const result = (await plugins.handler.executeAction(1, "/dash", "break"))!;
  assertEquals(result.success, false);
  assertStringIncludes(result.error!, "no data");
  assertEquals(result.onError, { setState: { problem: result.error } });
  assertEquals(result.onSuccess, undefined);
});

Deno.test("executeAction() tells the client what to do", async () => {
  await using plugins = await openPlugins([PAGES]);
  const run = async (id: string) => {
    const context = { state: { open: true }, payload: { id: 7 } };
    const result = await plugins.handler
      .executeAction(1, "/dash", id, context);
    return result!.data;
  };
  assertEquals(await run("flip"), {
    stateUpdates: { open: false, literal: "x" },
  });
  assertEquals(await run("refresh"), { loaderIds: ["plain"] });
  assertEquals(await run("refreshAll"), {
    loaderIds: [
      "all",
      "plain",
      "keyed",
      "both",
      "fails",
      "formless",
      "refused",
      "gone",
    ],
  });
  assertEquals(await run("open"), { path: "/items/7" });
  assertEquals(await run("home"), { path: "/" });
  assertEquals(await run("special"), { handler: "shake", payload: { id: 7 } });
});

Deno.test("executeAction() reports what cannot be run", async () => {
  await using plugins = await openPlugins([PAGES]);
  for (
    const [id, error] of [
      ["odd", 'type "strange" is unknown'],
      ["empty", "it names no apiRoute"],
    ] as const
  ) {
    const result = await plugins.handler.executeAction(1, "/dash", id);
    assertEquals(result!.success, false);
    assertStringIncludes(result!.error!, error);
  }
});
