import { assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import { contributionsOf, issuesOf, read } from "./definitions.ts";

Deno.test("definitionOf() normalises routes", () => {
  const { routes } = contributionsOf({
    config: {
      actions: { a() {} },
      apiRoutes: {
        "x": { method: "get", actions: ["a"] },
        "/y/:id": {
          method: ["POST", "put", "PUT"],
          actions: ["a", "a"],
          timeoutMs: 5,
          body: "raw",
        },
      },
    },
  });
  assertEquals(routes, [
    { path: "/x", key: "x", methods: ["GET"], actions: ["a"], body: "parsed" },
    {
      path: "/y/:id",
      key: "/y/:id",
      methods: ["POST", "PUT"],
      actions: ["a", "a"],
      timeoutMs: 5,
      body: "raw",
    },
  ]);
});

Deno.test("definitionOf() reads the method from a route's key", () => {
  const { routes, warnings } = contributionsOf({
    config: {
      actions: { a() {} },
      apiRoutes: {
        "GET /checks": { actions: ["a"] },
        "post /checks": { actions: ["a"], method: "POST" },
        "/plain": { actions: ["a"] },
        "/opt/:id?/edit": { method: "GET", actions: ["a"] },
      },
    },
  });
  assertEquals(
    routes.map(({ key, path, methods }) => [key, path, ...methods]),
    [
      ["GET /checks", "/checks", "GET"],
      ["post /checks", "/checks", "POST"],
      ["/plain", "/plain", "GET"],
      ["/opt/:id?/edit", "/opt/:id?/edit", "GET"],
    ],
  );
  assertEquals(warnings.map((it) => it.split(" ", 3).join(" ")), [
    'config.apiRoutes["/plain"].method is missing,',
    'config.apiRoutes["/opt/:id?/edit"] holds ":id?"',
  ]);
});

Deno.test("definitionOf() refuses a key whose method is none, or another than the route's", () => {
  const actions = ["a"];
  const apiRoutes = {
    "HEAD /x": { actions },
    "GET /y": { actions, method: "POST" },
    "PUT /z": { actions, method: ["PUT", "GET"] },
  };
  assertEquals(issuesOf({ config: { actions: { a() {} }, apiRoutes } }), [
    'config|apiRoutes|HEAD /x must be GET, POST, PUT, PATCH or DELETE, and is "HEAD"',
    "config|apiRoutes|GET /y|method must be left out, or be GET as the route's key says",
    "config|apiRoutes|PUT /z|method must be left out, or be PUT as the route's key says",
  ]);
});

Deno.test("definitionOf() says what is wrong with a route, and where", () => {
  const actions = ["a"];
  const apiRoutes = {
    "/m": { method: "FETCH", actions },
    "/ms": { method: ["GET", 1], actions },
    "/none": { method: [], actions },
    "/a": { method: "GET" },
    "/as": { method: "GET", actions: ["a", 2] },
    "/t": { method: "GET", actions, timeoutMs: -1, body: "text" },
    "/v": { method: "GET", actions, validate: { body: {} } },
    "/null": null,
  };
  const config = { actions: { a() {} }, apiRoutes };
  const method = "must be GET, POST, PUT, PATCH or DELETE, and is";
  assertEquals(issuesOf({ config }), [
    `config|apiRoutes|/m|method ${method} "FETCH"`,
    `config|apiRoutes|/ms|method|1 ${method} a number`,
    "config|apiRoutes|/none|method must name at least one method",
    "config|apiRoutes|/a|actions must be an array of action names",
    "config|apiRoutes|/as|actions|1 must be a string, and is a number",
    "config|apiRoutes|/t|timeoutMs must be a number of milliseconds, and is -1",
    'config|apiRoutes|/t|body must be "parsed" or "raw"',
    "config|apiRoutes|/v|validate|body must be a Standard Schema, such as one of zod, valibot or arktype",
    "config|apiRoutes|/null must be an object, and is null",
  ]);
});

Deno.test("definitionOf() writes paths into the message as code would", () => {
  const config = { apiRoutes: { "/x": { method: "FETCH", actions: [] } } };
  const error = assertThrows(() => read({ config }), PluginError);
  assertEquals(
    error.message,
    `Cannot load plugin "my-plugin@1.0.0": config.apiRoutes["/x"].method must be GET, POST, PUT, PATCH or DELETE, and is "FETCH"`,
  );
});

Deno.test("definitionOf() warns of actions that are not defined", () => {
  const actions = ["a", "toString", "__proto__", "a"];
  const { warnings } = contributionsOf({
    config: { actions: {}, apiRoutes: { "/x": { method: "GET", actions } } },
  });
  assertEquals(
    warnings,
    ["a", "toString", "__proto__"].map((name) =>
      `config.apiRoutes["/x"].actions names the action "${name}", which the plugin does not define`
    ),
  );
});
