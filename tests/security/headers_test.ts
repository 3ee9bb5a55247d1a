/**
 * What passes between the agent's clients and an isolated plugin: no
 * credentials in, and nothing out that acts for the agent's origin.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { AttackedHandler, pluginOf } from "./attacked_handler.ts";
import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { rowOf } from "../handler/plugins.ts";

const ECHO = pluginOf(
  `
  told: ({ request }) => Object.fromEntries(request.headers),
  answers: () => new Response("<script>alert(1)</script>", { headers: HEADERS }),
  replies: () => reply({ ok: true }, { status: 201, headers: HEADERS }),
  streams: () => new Response(new ReadableStream({ start(out) { out.close() } }), { headers: HEADERS }),
  value: () => ({ ok: true }),
  text: () => "<script>alert(1)</script>",
  none: () => undefined,
  redirects: () => Response.redirect("http://agent.test/elsewhere", 302),
  stops: ({ stop }) => stop(reply({ no: true }, { status: 403 })),
  after: () => ({ reached: true }),
`,
  `
  const HEADERS = {
    "content-type": "text/html", "content-language": "en", "content-disposition": "inline",
    "cache-control": "no-store", etag: '"1"', "last-modified": "now", vary: "accept",
    location: "/x", link: "</a>; rel=next", "retry-after": "3", "x-own": "yes",
    "x-frame-options": "ALLOWALL", "x-accel-redirect": "/etc/passwd", "x-sendfile": "/etc/passwd",
    "set-cookie": "session=stolen", "clear-site-data": '"*"', "service-worker-allowed": "/",
    "access-control-allow-origin": "*", "access-control-allow-credentials": "true",
    "content-security-policy": "default-src *", "x-content-type-options": "sniff",
    "strict-transport-security": "max-age=0", refresh: "0; url=//evil.test", "www-authenticate": "Basic",
    "referrer-policy": "unsafe-url", "permissions-policy": "camera=*", "cross-origin-opener-policy": "unsafe-none",
    "alt-svc": "h3=':1'", "content-location": "/admin", "set-login": "logged-in",
  };
  const reply = (value, init) => ({ [Symbol.for("@dockstat/plugin-handler/reply")]: true, value, ...init });
`,
);

const PASSED = {
  "cache-control": "no-store",
  "content-disposition": "inline",
  "content-language": "en",
  "content-security-policy": "sandbox",
  "content-type": "text/html",
  etag: '"1"',
  "last-modified": "now",
  link: "</a>; rel=next",
  location: "/x",
  "retry-after": "3",
  vary: "accept",
  "x-content-type-options": "nosniff",
  "x-own": "yes",
};

const CREDENTIALS = {
  authorization: "Bearer operator",
  cookie: "session=operator",
  "proxy-authorization": "Basic x",
  "x-request": "1",
};

Deno.test("an isolated plugin sees no credentials of a request", async () => {
  await using it = await AttackedHandler.with(ECHO);
  const told = await (await it.fetch("told", { headers: CREDENTIALS })).json();
  assertEquals(told, { "x-request": "1" });
  assertEquals(await it.ask("told", { headers: CREDENTIALS }), {
    "x-request": "1",
  });
});

Deno.test("an inline plugin sees the request as it is", async () => {
  await using it = await AttackedHandler.with(ECHO, { isolation: "inline" });
  assertEquals(await it.ask("told", { headers: CREDENTIALS }), CREDENTIALS);
});

for (const route of ["answers", "replies", "streams"]) {
  Deno.test(`an isolated plugin's headers pass where they are harmless: ${route}`, async () => {
    await using it = await AttackedHandler.with(ECHO);
    const response = await it.fetch(route);
    await response.body?.cancel();
    assertEquals(Object.fromEntries(response.headers), PASSED);
  });
}

Deno.test("handleRoute() hands out the same headers as fetch()", async () => {
  await using it = await AttackedHandler.with(ECHO);
  const response = await it.ask("answers") as Response;
  await response.body?.cancel();
  assertEquals(Object.fromEntries(response.headers), PASSED);
  const { headers } = await it.ask("replies") as { headers: Headers };
  assertEquals(Object.fromEntries(headers), PASSED);
});

for (const route of ["value", "text", "none", "redirects"]) {
  Deno.test(`what an isolated plugin answers is a page of nobody's: ${route}`, async () => {
    await using it = await AttackedHandler.with(ECHO);
    const { headers, body } = await it.fetch(route, { redirect: "manual" });
    await body?.cancel();
    assertEquals(headers.get("content-security-policy"), "sandbox");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  });
}

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`stop(reply(…, 403)) answers 403 (${isolation})`, async () => {
    const guarded = ECHO.replace(
      "export default { config: { actions, apiRoutes: Object.fromEntries(",
      `export default { config: { actions, apiRoutes: Object.fromEntries([["/guarded", {
        method: "GET", actions: ["stops", "after"] }]].concat(`,
    ).replace("actions: [name] }])) }", "actions: [name] }]))) }");
    await using it = await AttackedHandler.with(guarded, { isolation });
    const response = await it.fetch("guarded");
    assertEquals([response.status, await response.json()], [403, { no: true }]);
  });
}

async function granted(
  headers: { request?: string[]; response?: string[] },
  options: PluginHandlerOptions = {},
) {
  const handler = new PluginHandler(":memory:", {
    isolation: "process",
    ...options,
  });
  const row = { ...rowOf("asks", ECHO), permissions: { headers } };
  const { id } = handler.savePlugin(row);
  assert(id !== undefined);
  await handler.loadPlugin(id);
  const ask = (route: string) =>
    handler.fetch(
      new Request(`http://agent.test/plugins/${id}/routes/${route}`, {
        headers: CREDENTIALS,
      }),
    );
  return { handler, id, ask, [Symbol.asyncDispose]: () => handler.close() };
}

Deno.test("headers pass that the manifest asks for and the operator grants", async () => {
  await using it = await granted({
    request: ["Authorization"],
    response: ["Set-Cookie", "Content-Security-Policy"],
  });
  const { handler, id } = it;
  assertEquals(Object.keys(await (await it.ask("told")).json()), ["x-request"]);
  assert(
    handler.grantPermissions(id, {
      headers: {
        request: ["authorization", "cookie"],
        response: ["set-cookie"],
      },
    }).success,
  );
  assertEquals(handler.getPermissions(id).effective, {
    headers: { request: ["authorization"], response: ["set-cookie"] },
  });
  assertEquals(await (await it.ask("told")).json(), {
    authorization: "Bearer operator",
    "x-request": "1",
  });
  const response = await it.ask("answers");
  await response.body?.cancel();
  assertEquals(response.headers.getSetCookie(), ["session=stolen"]);
  assertEquals(response.headers.get("content-security-policy"), "sandbox");
  handler.revokePermissions(id, { headers: { request: ["authorization"] } });
  assertEquals(handler.getPermissions(id).effective, {
    headers: { response: ["set-cookie"] },
  });
  assertEquals(Object.keys(await (await it.ask("told")).json()), ["x-request"]);
});

Deno.test("grantPermissions() refuses what is no name of a header", async () => {
  await using it = await granted({});
  for (
    const headers of [{ request: ["a b"] }, { response: true }, { other: [] }]
  ) {
    const result = it.handler.grantPermissions(it.id, { headers } as never);
    assertEquals(result.success, false);
  }
});
