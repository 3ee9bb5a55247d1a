/**
 * One suite for both ways of running a plugin, through the public handler: who
 * calls it cannot tell the two apart.
 *
 * @module
 */
import { ActionError, PluginError } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { bothWays } from "./both_ways.ts";

async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => call, PluginError)).code;
}

bothWays("runs the actions of a chain one after another", async (way) => {
  await way.load();
  assertEquals(await way.ask("/chain"), 3);
  assertEquals(await way.ask("chain?query=is+ignored"), 3);
  assertEquals(await way.ask("/first"), [undefined]);
  assertEquals(await way.ask("/stops"), { stopped: true });
});

bothWays("matches patterns, methods and parameters", async (way) => {
  const id = await way.load();
  const headers = { "x-sent": "yes" };
  assertEquals(await way.ask("/context/a%20b?q=1&q=2", { headers }), {
    params: { id: "a b" },
    query: [["q", "1"], ["q", "2"]],
    plugin: { id, name: "plugin", version: "1.0.0" },
    method: "GET",
    header: "yes",
    hasSignal: true,
  });
  assertEquals(await way.ask("/context/exact"), 1);
  assertEquals((await way.ask("/context/x", { method: "PUT" })).method, "PUT");
  assertEquals((await way.ask("/files/a/b")).params, { "*": "a/b" });
  const head = await way.ask("/context/x", { method: "HEAD" });
  assertEquals(head.method, "HEAD");
  const gone = way.ask("/context/x", { method: "DELETE" });
  assertEquals(await codeOf(gone), "METHOD_NOT_ALLOWED");
  assertEquals(await codeOf(way.ask("/gone")), "ROUTE_NOT_FOUND");
});

bothWays("hands over every kind of body", async (way) => {
  await way.load();
  const send = (type: string, body: string) =>
    way.ask("/echo", {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
  assertEquals(await send("application/json", `{"a":[1,null]}`), {
    a: [1, null],
  });
  assertEquals(await send("application/x-www-form-urlencoded", "a=1&b=x+y"), {
    a: "1",
    b: "x y",
  });
  assertEquals(await send("text/plain", "Grüße"), "Grüße");
  assertEquals(
    await send("application/octet-stream", "\x01\x02"),
    new Uint8Array([1, 2]),
  );
  assertEquals(await codeOf(send("application/json", "{")), "INVALID_BODY");
  assertEquals(await way.ask("/kind"), "undefined");
});

bothWays("hands over a form with a file", async (way) => {
  await way.load();
  const body = new FormData();
  body.append("text", "words");
  body.append("file", new File(["content"], "a.txt"));
  const answer = await way.ask("/form", { method: "POST", body });
  assertEquals(answer, ["words", "a.txt"]);
});

bothWays("reports a failure with its action and index", async (way) => {
  const id = await way.load();
  const error = await assertRejects(() => way.ask("/fails"), ActionError);
  const { code, status, action, index, pluginId } = error;
  assertEquals([code, status, action, index, pluginId], [
    "ACTION_FAILED",
    500,
    "fails",
    1,
    id,
  ]);
  assert(error.cause instanceof RangeError);
  assertEquals(error.cause.message, "on purpose");
  const { actions } = way.handler.getHealth(id);
  assertEquals([actions.one!.calls, actions.fails!.failures], [1, 1]);
  assertEquals(actions.twice, undefined);
});

bothWays("times an action out, and refuses an unknown one", async (way) => {
  const id = await way.load();
  const late = await assertRejects(() => way.ask("/hangs"), ActionError);
  assertEquals([late.code, late.action, late.index], [
    "ACTION_TIMEOUT",
    "hangs",
    1,
  ]);
  assertEquals(await codeOf(way.ask("/missing")), "ACTION_NOT_FOUND");
  assertEquals(way.handler.getStatus().warnings.length, 1);
  assertEquals(way.handler.getHealth(id).state, "degraded");
  assertEquals(await way.ask("/chain"), 3);
});

bothWays("passes responses and streams through", async (way) => {
  await way.load();
  const response = await way.ask("/response") as Response;
  assertEquals([response.status, response.headers.get("x-a")], [418, "b"]);
  assertEquals(await response.text(), "teapot");
  const stream = await way.ask("/stream") as Response;
  assertEquals(await stream.text(), "part 1;part 2;part 3;");
  const raw = await way.ask("/upper", { method: "POST", body: "abc" });
  assertEquals(raw, "ABC");
});

bothWays("answers over HTTP as it says", async (way) => {
  await way.load();
  const fetch = (path: string) =>
    way.handler.fetch(
      new Request(`http://localhost/plugins/plugin/routes/${path}`),
    );
  assertEquals(await (await fetch("chain")).json(), 3);
  assertEquals((await fetch("nothing")).status, 204);
  assertEquals(await (await fetch("date")).json(), "1970-01-02T00:00:00.000Z");
  const problem = await fetch("fails");
  assertEquals(problem.status, 500);
  assertEquals((await problem.json()).code, "ACTION_FAILED");
  assertEquals((await fetch("hangs")).status, 504);
});

bothWays("calls hooks in both shapes and dialects", async (way) => {
  await way.load();
  const { handler } = way;
  const emit = (event: string) => handler.emit(event, { name: "web" });
  assertEquals((await emit("container:started")).delivered, 1);
  assertEquals((await emit("onContainerStop")).delivered, 1);
  assertEquals(
    (await way.ask("/rows")).map((row: { data: unknown }) => row.data),
    [["first", "web", { name: "web" }], ["second", "web"]],
  );
  await way.logged("stopped");
  const { delivered, failed } = await emit("image:pulled");
  assertEquals([delivered, failed.length, failed[0]!.pluginId], [0, 1, 1]);
  assertEquals((await emit("server:boot")).delivered, 0);
  assertEquals([...handler.getHookHandlers().keys()], [1]);
});

bothWays("works on its table, and on no other", async (way) => {
  const id = await way.load();
  assertEquals(await way.tell("/add", { a: 1 }), 1);
  assertEquals(await way.tell("/add", [2]), 2);
  assertEquals(await way.ask("/rows"), [
    { id: 1, data: { a: 1 } },
    { id: 2, data: [2] },
  ]);
  assertEquals(await way.tell("/change", 0), [1, "new"]);
  assertEquals(await codeOf(way.ask("/other")), "ACTION_FAILED");
  const { table, logger } = way.handler.getServerHooks(id);
  assertEquals(table!.count(), 1);
  assertEquals(typeof logger.info, "function");
});

bothWays("runs the loaders and actions of pages", async (way) => {
  const id = await way.load();
  await way.tell("/add", "row");
  const { handler } = way;
  assertEquals(handler.hasFrontendRoutes(id), true);
  const { results } = await handler.executeRouteLoaders(id, "/dash");
  assertEquals(results.map((it) => [it.loaderId, it.success]), [
    ["rows", true],
    ["fails", false],
  ]);
  const rows = await handler.executeLoader(id, "/dash", "rows");
  assertEquals(rows?.data, [{ id: 1, data: "row" }]);
  const saved = await handler.executeAction(id, "/dash", "save", {
    payload: { id: 7 },
  });
  assertEquals([saved?.success, saved?.data], [true, { id: 7 }]);
});

bothWays("runs init() at load and cleanup() at unload", async (way) => {
  const id = await way.load();
  assertEquals(way.logs.includes("init 0"), true);
  assertEquals(way.handler.unloadPlugin(id), true);
  await way.logged("cleanup");
  assertEquals(await codeOf(way.ask("/chain")), "PLUGIN_NOT_LOADED");
  assertEquals((await way.handler.emit("onContainerStart", {})).delivered, 0);
  assertEquals(way.handler.unloadPlugin(id), false);
});

bothWays("ends what is under way at unload", async (way) => {
  const id = await way.load();
  const call = assertRejects(() => way.ask("/waits"), PluginError);
  await way.logged("waiting");
  way.handler.unloadPlugin(id);
  assert(["ACTION_FAILED", "PLUGIN_NOT_LOADED"].includes((await call).code));
}, { actionTimeoutMs: 60_000 });
