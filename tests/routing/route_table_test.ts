import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import type { HttpMethod } from "../../src/plugin/plugin.ts";
import { patternWarnings, RouteTable } from "../../src/routing/mod.ts";

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
  assertEquals(go(routes, "/files/a%2Fb/c"), '/files/* {"*":"a%2Fb/c"}');
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

for (
  const path of [
    "/files/..",
    "/files/./x",
    "/files/%2e%2E/x",
    "/items/%2e",
    "../files/x",
    "/files/x/..?q=1",
  ]
) {
  Deno.test(`match() refuses ${path}, which somebody else may read otherwise`, () => {
    const routes = table({ "/items/:id": "GET", "/files/*": "GET" });
    const error = assertThrows(() => routes.match("GET", path), PluginError);
    assertEquals([error.code, error.status], ["INVALID_REQUEST", 400]);
  });
}

Deno.test("match() takes dots within a segment as any character", () => {
  const routes = table({ "/items/:id": "GET", "/.well-known/x": "GET" });
  for (const id of ["...", ".a", "a..", "..%2Fx"]) {
    assertEquals(
      go(routes, `/items/${id}`),
      `/items/:id ${JSON.stringify({ id: decodeURIComponent(id) })}`,
    );
  }
  assertEquals(go(routes, "/.well-known/x"), "/.well-known/x {}");
});

Deno.test("match() hands a wildcard the rest of the path as it was sent", () => {
  const routes = table({ "/proxy/*": "GET", "/*": "POST" });
  const rest = (path: string, method = "GET") => {
    const match = routes.match(method, path);
    return match?.kind === "found" ? match.params["*"] : undefined;
  };
  assertEquals(
    rest("/proxy/https://example.com/a"),
    "https://example.com/a",
  );
  assertEquals(rest("proxy/a%20b//c/?x=/y#z"), "a%20b//c/");
  assertEquals(rest("//proxy//a"), "/a");
  assertEquals([rest("/proxy"), rest("/proxy/"), rest("/proxy?a")], [
    "",
    "",
    "",
  ]);
  assertEquals(rest("/a/b", "POST"), "a/b");
});

Deno.test("match() takes a pattern whole, and its last parameter as optional where it says so", () => {
  const routes = table({
    "/opt/:id?/edit": "GET",
    "/opt/:id": "PUT",
    "/list/:page?": "GET",
    "/search?q=1": "GET",
  });
  assertEquals(go(routes, "/opt/7/edit"), '/opt/:id?/edit {"id":"7"}');
  assertEquals(go(routes, "/opt/7"), "allow PUT");
  assertEquals(go(routes, "/opt/edit"), "allow PUT");
  assertEquals(go(routes, "/list"), "/list/:page? {}");
  assertEquals(go(routes, "/list/2"), '/list/:page? {"page":"2"}');
  assertEquals(go(routes, "/list/2/3"), "nothing");
  assertEquals(go(routes, "/search?q=1"), "nothing");
  assertEquals(go(routes, "/search%3Fq=1"), "/search?q=1 {}");
});

Deno.test("patternWarnings() names what no pattern can do", () => {
  for (const fine of ["/a/:id", "/a/:id?", "/a/*", "/a/*/b", "/", "/a-:b"]) {
    assertEquals(patternWarnings(fine), [], fine);
  }
  for (
    const odd of [
      "/opt/:id?/edit",
      "/:id{[0-9]+}",
      "/:id(\\d+)",
      "/:id+",
      "/:",
      "/a*",
      "/**",
      "/a?b=1",
      "/a#b",
      "/a/../b",
    ]
  ) {
    const [warning] = patternWarnings(odd);
    const named = odd.split("/").filter(Boolean)
      .some((it) => warning?.includes(JSON.stringify(it)));
    assertEquals(named, true, `${odd}: ${warning}`);
  }
  assertEquals(patternWarnings("/:a/:b/:a"), [
    'names the parameter ":a" twice; the last one counts',
  ]);
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
