import {
  ActionError,
  MethodNotAllowedError,
  PluginError,
} from "@dockstat/plugin-handler";
import {
  assertEquals,
  assertInstanceOf,
  assertObjectMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  actionsSource,
  get,
  inMemory,
  notesSource,
  post,
  save,
  withNeighbour,
} from "./plugins.ts";

const ACTIONS = actionsSource({
  echo: "({ body }) => ({ body })",
  throws: `() => { throw new RangeError("too far"); }`,
  rejects: `() => Promise.reject(new RangeError("too far"))`,
  hangs: "() => new Promise(() => {})",
});

interface BadRequest {
  readonly what: string;
  readonly path: string;
  readonly request: () => Request;
  readonly code: string;
  readonly says: string;
  readonly status: number;
}

const CASES: readonly BadRequest[] = [
  {
    what: "no route has the path",
    path: "/lost",
    request: get,
    code: "ROUTE_NOT_FOUND",
    says: "see getAllPluginRoutes()",
    status: 404,
  },
  {
    what: "the route does not serve the method",
    path: "/echo",
    request: () => new Request("http://localhost/", { method: "PUT" }),
    code: "METHOD_NOT_ALLOWED",
    says: "the route serves GET, HEAD, POST",
    status: 405,
  },
  {
    what: "the body is malformed JSON",
    path: "/echo",
    request: () => post(`{"text":`),
    code: "INVALID_BODY",
    says: "send what its content type says",
    status: 400,
  },
  {
    what: "the body is too large",
    path: "/echo",
    request: () => post({ text: "x".repeat(1_000) }),
    code: "BODY_TOO_LARGE",
    says: "raise maxBodyBytes",
    status: 413,
  },
  {
    what: "an action throws",
    path: "/throws",
    request: get,
    code: "ACTION_FAILED",
    says: "too far",
    status: 500,
  },
  {
    what: "an action rejects",
    path: "/rejects",
    request: get,
    code: "ACTION_FAILED",
    says: "too far",
    status: 500,
  },
  {
    what: "an action hangs",
    path: "/hangs",
    request: get,
    code: "ACTION_TIMEOUT",
    says: "raise actionTimeoutMs",
    status: 504,
  },
];

for (const { what, path, request, code, says, status } of CASES) {
  Deno.test(`handleRoute() rejects, fetch() answers ${status} when ${what}`, {
    permissions: "none",
  }, async () => {
    await using handler = await withNeighbour({
      actionTimeoutMs: code === "ACTION_TIMEOUT" ? 50 : 60_000,
      maxBodyBytes: 500,
    });
    const id = save(handler, "bad", ACTIONS);
    await handler.loadPlugin(id);

    const error = await assertRejects(
      () => handler.handleRoute(id, path, request()),
      PluginError,
    );
    assertEquals([error.code, error.status], [code, status]);
    assertStringIncludes(error.message, says);

    const { method, headers, body } = request();
    const response = await handler.fetch(
      new Request(`http://localhost/plugins/bad/routes${path}`, {
        method,
        headers,
        body: body && await new Response(body).text(),
      }),
    );
    assertEquals(response.status, status);
    assertEquals(
      response.headers.get("content-type"),
      "application/problem+json",
    );
    assertObjectMatch(await response.json(), { code, status });

    assertEquals(await handler.handleRoute(1, "/notes", get()), []);
    assertEquals(await handler.handleRoute(id, "/echo", post(1)), { body: 1 });
  });
}

Deno.test("handleRoute() ends the chain at the action that throws", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(
    handler,
    "chain",
    `let ran = [];
    export default { config: {
      actions: {
        first: () => void ran.push("first"),
        second: () => { throw new RangeError("too far"); },
        third: () => void ran.push("third"),
        report: () => ran,
      },
      apiRoutes: {
        "/run": { method: "GET", actions: ["first", "second", "third"] },
        "/report": { method: "GET", actions: ["report"] },
      },
    } };`,
  );
  await handler.loadPlugin(id);

  const error = await assertRejects(
    () => handler.handleRoute(id, "/run", get()),
    ActionError,
  );

  assertEquals([error.action, error.index], ["second", 1]);
  assertInstanceOf(error.cause, RangeError);
  assertEquals(await handler.handleRoute(id, "/report", get()), ["first"]);
});

Deno.test("handleRoute() names the methods that the route serves", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour();
  const error = await assertRejects(
    () => handler.handleRoute(1, "/notes", post({})),
    MethodNotAllowedError,
  );
  assertEquals(error.allow.toSorted(), ["GET", "HEAD"]);
});

Deno.test("handleRoute() tells an unknown plugin from one that is not loaded", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(handler, "notes", notesSource());
  const codes = [];
  for (const plugin of [id, 99]) {
    const error = await assertRejects(
      () => handler.handleRoute(plugin, "/notes", get()),
      PluginError,
    );
    codes.push(error.code);
  }
  assertEquals(codes, ["PLUGIN_NOT_LOADED", "PLUGIN_NOT_FOUND"]);
});

Deno.test("handleRoute() reports an action that the plugin does not define", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour();
  const id = save(
    handler,
    "gap",
    `export default { config: {
      actions: { there: () => 1 },
      apiRoutes: { "/gap": { method: "GET", actions: ["there", "missing"] } },
    } };`,
  );
  await handler.loadPlugin(id);

  assertStringIncludes(handler.getStatus().warnings.join(), "missing");
  const error = await assertRejects(
    () => handler.handleRoute(id, "/gap", get()),
    ActionError,
  );
  assertEquals([error.code, error.action], ["ACTION_NOT_FOUND", "missing"]);
});

Deno.test("emit() calls the other hooks when one throws", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour();
  const throws = save(
    handler,
    "throws",
    `export const events = { onContainerStart() { throw new Error("no"); } };`,
  );
  await handler.loadPlugin(throws);

  const { delivered, failed } = await handler.emit("onContainerStart", {
    name: "web",
  });

  assertEquals(delivered, 1);
  assertEquals(failed.map(({ pluginId }) => pluginId), [throws]);
  assertObjectMatch(await handler.handleRoute(1, "/notes", get()) as object, {
    0: { text: "web" },
  });
});

Deno.test("emit() calls the other hooks when one hangs, and gives it up", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour({ actionTimeoutMs: 50 });
  const hangs = save(
    handler,
    "hangs",
    "export const events = { onContainerStart: () => new Promise(() => {}) };",
  );
  await handler.loadPlugin(hangs);

  const { delivered, failed } = await handler.emit("onContainerStart", {
    name: "web",
  });

  assertEquals(delivered, 1);
  assertEquals(failed.map(({ pluginId, error }) => [pluginId, error.code]), [
    [hangs, "ACTION_TIMEOUT"],
  ]);
});
