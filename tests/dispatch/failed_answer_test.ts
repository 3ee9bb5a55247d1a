import { assertEquals, assertStringIncludes } from "@std/assert";
import { openPlugins, routesSource } from "./open_plugin.ts";

/** What goes wrong once the chain is done. */
const FAILURES: Readonly<Record<string, string>> = {
  "an iterable that throws at once":
    "async function* () { throw new Error('broken') }",
  "a value without JSON form": "() => () => 1",
  "a value that is part of itself": "() => { const a = {}; a.a = a; return a }",
  "a toJSON() that throws": "() => ({ toJSON() { throw new Error('no') } })",
  "a header that is not Latin-1":
    "() => REPLY('x', { headers: { 'x-a': '\u20ac' } })",
  "a status out of range": "() => REPLY('x', { status: 99 })",
  "a response whose body was read":
    "async () => { const r = new Response('x'); await r.text(); return r }",
  "Response.error()": "() => Response.error()",
  "a stream that is being read":
    "() => { const s = new ReadableStream(); s.getReader(); return s }",
};

const REPLY = `Object.defineProperty(globalThis, "REPLY", { configurable: true,
  value: (value, init) => ({ [Symbol.for("@dockstat/plugin-handler/reply")]: true, value, ...init }) })`;

for (const [what, action] of Object.entries(FAILURES)) {
  Deno.test(`fetch() names plugin and action for ${what}`, async () => {
    const source = `{ config: {
      apiRoutes: { "/x": { method: "GET", actions: ["fine", "answers"] } },
      actions: { fine: () => (${REPLY}, 1), answers: ${action} },
    } }`;
    await using plugins = await openPlugins(source);
    const response = await plugins.fetch("/plugins/1/routes/x");
    const problem = await response.json();
    assertEquals(
      [response.status, problem.code, problem.pluginId, problem.action],
      [500, "ACTION_FAILED", 1, "answers"],
    );
    assertStringIncludes(
      problem.detail,
      'Cannot finish action "answers" of plugin "plugin-1": ',
    );
    const { actions, lastError } = plugins.handler.getHealth(1);
    assertEquals(actions.answers!.failures, 1);
    assertEquals(lastError, problem.detail);
    Reflect.deleteProperty(globalThis, "REPLY");
  });
}

Deno.test("fetch() names the action that ended the chain", async () => {
  await using plugins = await openPlugins(`{ config: {
    apiRoutes: { "/x": { method: "GET", actions: ["ends", "never"] } },
    actions: { ends: ({ stop }) => stop(() => 1), never: () => 1 },
  } }`);
  const response = await plugins.fetch("/plugins/1/routes/x");
  assertEquals((await response.json()).action, "ends");
});

Deno.test("fetch() counts what breaks in the middle of an answer", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /items": `async function* () { yield 1; throw new Error("midway") }`,
    "GET /stream": `() => ReadableStream.from((async function* () {
      yield "a"; throw new Error("midway") })())`,
    "GET /response":
      `() => new Response(ReadableStream.from((async function* () {
      yield new Uint8Array(1); throw new Error("midway") })()))`,
    "GET /formless": `async function* () { yield {}; yield () => 1 }`,
    "GET /strings": `() => new Response(ReadableStream.from(["a"]))`,
  }));
  for (
    const route of ["items", "stream", "response", "formless", "strings"]
  ) {
    const response = await plugins.fetch(`/plugins/1/routes/${route}`);
    const error = await response.text().catch((error) => error);
    assertEquals(error.code, "ACTION_FAILED", route);
  }
  const { actions } = plugins.handler.getHealth(1);
  assertEquals(
    Object.values(actions).map(({ failures }) => failures),
    [1, 1, 1, 1, 1],
  );
});

Deno.test("fetch() ends an event stream with the action's own problem", async () => {
  await using plugins = await openPlugins(routesSource({
    "GET /items": `async function* () { yield 1; throw new Error("midway") }`,
  }));
  const response = await plugins.fetch("/plugins/1/routes/items", {
    headers: { accept: "text/event-stream" },
  });
  const text = await response.text();
  assertStringIncludes(text, '"code":"ACTION_FAILED"');
  assertStringIncludes(text, 'plugin \\"plugin-1\\": midway');
  assertEquals(plugins.handler.getHealth(1).actions.action0!.failures, 1);
});

Deno.test("fetch() answers routes of one path by their methods, and says which there are", async () => {
  await using plugins = await openPlugins(`{ config: {
    apiRoutes: {
      "GET /checks": { actions: ["list"] },
      "POST /checks": { actions: ["add"] },
      "/plain": { method: "GET", actions: ["list"] },
    },
    actions: { list: () => "list", add: () => "add" },
  } }`);
  const ask = (method: string) =>
    plugins.fetch("/plugins/1/routes/checks", { method });
  assertEquals(await (await ask("GET")).text(), "list");
  assertEquals(await (await ask("POST")).text(), "add");
  for (
    const [method, allow] of [
      ["PUT", "GET, HEAD, POST"],
      ["OPTIONS", "GET, HEAD, POST, OPTIONS"],
    ] as const
  ) {
    const response = await ask(method);
    assertEquals(response.headers.get("allow"), allow);
    await response.body?.cancel();
  }
  assertEquals(plugins.handler.getAllPluginRoutes(), [
    { plugin: "plugin-1", routes: ["/checks", "/plain"] },
  ]);
});

Deno.test("request.clone() works after the body was parsed", async () => {
  await using plugins = await openPlugins(routesSource({
    "POST /": `async ({ request, body }) => [
      body, await request.clone().text(), await request.text(),
      request.method, request.headers.get("x-a"),
    ]`,
    "PUT /bytes": `async ({ request }) => new Uint8Array(
      await request.clone().arrayBuffer())`,
    "PATCH /form": `async ({ request, body }) => [
      body.get("a"), (await request.clone().formData()).get("a")]`,
  }));
  const text = ' {"a": 1}\n';
  const answer = await plugins.ask("/", {
    method: "POST",
    body: text,
    headers: { "content-type": "application/json", "x-a": "b" },
  });
  assertEquals(answer, [{ a: 1 }, text, text, "POST", "b"]);
  const odd = new Uint8Array([0xef, 0xbb, 0xbf, 0xff, 0]);
  assertEquals(
    await plugins.ask("/bytes", { method: "PUT", body: odd }),
    odd,
  );
  const form = new FormData();
  form.set("a", "b");
  assertEquals(
    await plugins.ask("/form", { method: "PATCH", body: form }),
    ["b", "b"],
  );
});

Deno.test("executeLoader() hands big integers on as numbers", async () => {
  await using plugins = await openPlugins(`{ config: {
    apiRoutes: { "/big": { method: "GET", actions: ["big"] } },
    actions: { big: () => ({ big: 7n, list: [8n] }) },
    frontend: { routes: [{
      path: "/page",
      template: { type: "text", content: "x" },
      loaders: [{ id: "big", apiRoute: "/big", method: "GET", dataKey: "big" }],
    }] },
  } }`);
  const result = await plugins.handler.executeLoader(1, "/page", "big");
  assertEquals([result?.success, result?.data], [true, {
    big: 7,
    list: [8],
  }]);
});
