import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import type { HttpMethod } from "../../src/plugin/plugin.ts";
import { RouteTable } from "../../src/routing/mod.ts";

/** A table whose values are the paths themselves. */
function table(
  routes: Record<string, HttpMethod | HttpMethod[]>,
): RouteTable<string> {
  return new RouteTable(
    Object.entries(routes).map(([path, methods]) => ({
      path,
      methods: [methods].flat(),
      value: path,
    })),
  );
}

/** What a path leads to, in one line. */
function go(routes: RouteTable<string>, path: string, method = "GET"): string {
  const match = routes.match(method, path);
  if (match === undefined) return "nothing";
  return match.kind === "found"
    ? `${match.value} ${JSON.stringify(match.params)}`
    : `allow ${match.allow.join(" ")}`;
}

Deno.test("match() finds exact routes with and without leading slash", () => {
  const routes = table({ "/status": "GET", "plain": "GET", "/": "GET" });
  assertEquals(go(routes, "/status"), "/status {}");
  assertEquals(go(routes, "status"), "/status {}");
  assertEquals(go(routes, "/plain"), "plain {}");
  assertEquals(go(routes, ""), "/ {}");
  assertEquals(go(routes, "/statuses"), "nothing");
});

Deno.test("match() takes trailing and doubled slashes as none", () => {
  const routes = table({ "/a/b": "GET", "/items/:id": "GET" });
  assertEquals(go(routes, "//a///b/"), "/a/b {}");
  assertEquals(go(routes, "/items/7/"), '/items/:id {"id":"7"}');
  assertEquals(go(routes, "/items//"), "nothing");
});

Deno.test("match() ignores query strings and fragments", () => {
  const routes = table({ "/a": "GET", "/items/:id": "GET" });
  assertEquals(go(routes, "/a?x=/b"), "/a {}");
  assertEquals(go(routes, "/items/7?x=1#y"), '/items/:id {"id":"7"}');
  assertEquals(go(routes, "/a#?"), "/a {}");
});

Deno.test("match() prefers text to parameters and parameters to wildcards", () => {
  const routes = table({
    "/files/*": "GET",
    "/files/:name": "GET",
    "/files/readme": "GET",
    "/files/:name/raw": "GET",
  });
  assertEquals(go(routes, "/files/readme"), "/files/readme {}");
  assertEquals(go(routes, "/files/other"), '/files/:name {"name":"other"}');
  assertEquals(
    go(routes, "/files/readme/raw"),
    '/files/:name/raw {"name":"readme"}',
  );
  assertEquals(go(routes, "/files/a/b"), '/files/* {"*":"a/b"}');
  assertEquals(go(routes, "/files"), '/files/* {"*":""}');
});

Deno.test("match() goes on to a pattern that serves the method", () => {
  const routes = table({ "/users/me": "GET", "/users/:id": "POST" });
  assertEquals(go(routes, "/users/me", "POST"), '/users/:id {"id":"me"}');
  assertEquals(go(routes, "/users/me", "PUT"), "allow GET HEAD POST");
});

Deno.test("match() serves HEAD by GET only", () => {
  const routes = table({ "/a": ["GET", "PUT"], "/b": "POST", "/:x": "GET" });
  assertEquals(go(routes, "/a", "HEAD"), "/a {}");
  assertEquals(go(routes, "/other", "HEAD"), '/:x {"x":"other"}');
  assertEquals(
    go(table({ "/b": "POST" }), "/b", "HEAD"),
    "allow POST",
  );
});

Deno.test("match() decodes each segment on its own", () => {
  const routes = table({ "/items/:id": "GET", "/files/*": "GET" });
  assertEquals(go(routes, "/items/a%2Fb%20c"), '/items/:id {"id":"a/b c"}');
  assertEquals(go(routes, "/items/%E2%82%AC"), '/items/:id {"id":"€"}');
  assertEquals(go(routes, "/files/%2e%2e/x"), '/files/* {"*":"../x"}');
});

Deno.test("match() reads routes and requests with escapes as the same text", () => {
  const routes = table({ "/gr%C3%B6%C3%9Fe": "GET", "/a b": "GET" });
  assertEquals(go(routes, "/größe"), "/gr%C3%B6%C3%9Fe {}");
  assertEquals(go(routes, "/a%20b"), "/a b {}");
  assertEquals(go(table({ "/a%2Fb": "GET" }), "/a/b"), "nothing");
  assertEquals(go(table({ "/a/b": "GET" }), "/a%2Fb"), "nothing");
});

Deno.test("match() throws INVALID_REQUEST for a malformed escape", () => {
  const routes = table({ "/items/:id": "GET" });
  for (const path of ["/items/%", "/items/%zz", "/%E0%A4%A"]) {
    const error = assertThrows(() => routes.match("GET", path), PluginError);
    assertEquals([error.code, error.status], ["INVALID_REQUEST", 400]);
  }
});

Deno.test("match() treats names of Object.prototype as any other", () => {
  const routes = table({ "/:__proto__/:constructor": "GET" });
  const match = routes.match("GET", "/a/b");
  assertEquals(match?.kind, "found");
  if (match?.kind !== "found") return;
  assertEquals(Object.entries(match.params), [
    ["__proto__", "a"],
    ["constructor", "b"],
  ]);
  assertEquals(go(table({ "/a": "GET" }), "/__proto__"), "nothing");
  assertEquals(go(table({ "/a": "GET" }), "/constructor"), "nothing");
  assertEquals(
    go(table({ "/a": "GET" }), "/a", "constructor"),
    "allow GET HEAD",
  );
});

Deno.test("match() lets a star before the end stand for one segment", () => {
  const routes = table({ "/a/*/c": "GET" });
  assertEquals(go(routes, "/a/b/c"), "/a/*/c {}");
  assertEquals(go(routes, "/a/b/b/c"), "nothing");
});

Deno.test("match() hands out the same object for every exact match", () => {
  const routes = table({ "/a": "GET" });
  assertStrictEquals(routes.match("GET", "/a"), routes.match("GET", "a"));
});

Deno.test("collisions names routes that never answer", () => {
  const routes = table({
    "/items/:id": ["GET", "PUT"],
    "items/:name/": ["PUT", "DELETE"],
    "/files/*": "GET",
    "/files//*": "GET",
    "/items/new": "GET",
  });
  assertEquals(routes.collisions, [
    'Route "items/:name/" never answers PUT: "/items/:id" matches the same paths',
    'Route "/files//*" never answers GET: "/files/*" matches the same paths',
  ]);
  assertEquals(go(routes, "/items/1", "PUT"), '/items/:id {"id":"1"}');
  assertEquals(go(routes, "/items/1", "DELETE"), 'items/:name/ {"name":"1"}');
});
