/**
 * Routes that anybody may ask.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { bothWays } from "../sandbox/both_ways.ts";
import { save } from "./plugins.ts";

const SOURCE = `export default { config: {
  actions: { ok: () => "ok" },
  apiRoutes: {
    "POST /hook/:id": { actions: ["ok"], public: true },
    "/closed": { method: "GET", actions: ["ok"] },
    "/feed": { method: "GET", actions: ["ok"], public: true },
  },
} };`;

function isPublic(
  handler: PluginHandler,
  path: string,
  method = "GET",
): boolean {
  const url = `http://localhost/plugins/plugin/routes${path}`;
  return handler.isPublicRequest(new Request(url, { method }));
}

bothWays(
  "allowPublicRoutes() opens what is declared and allowed",
  async (way) => {
    const { handler } = way;
    const id = await way.load(SOURCE);
    assert(!isPublic(handler, "/feed"));
    assert(
      handler.allowPublicRoutes(id, ["/hook/:id"], { actor: "ada" }).success,
    );
    assert(isPublic(handler, "/hook/1", "POST"));
    assert(!isPublic(handler, "/hook/1"));
    assert(!isPublic(handler, "/feed"));
    assert(!isPublic(handler, "/closed"));
    assert(!isPublic(handler, "/nothing"));
    assert(!handler.isPublicRequest(new Request("http://localhost/else")));
    assertEquals(handler.getPublicRoutes(id), {
      requested: ["/hook/:id", "/feed"],
      allowed: ["/hook/:id"],
      effective: ["/hook/:id"],
    });
    const { action, actor, detail } = handler.getAudit({ pluginId: id })[0]!;
    assertEquals([action, actor, detail], ["allow", "ada", '["/hook/:id"]']);
    assert(handler.allowPublicRoutes(id, []).success);
    assert(!isPublic(handler, "/hook/1", "POST"));
  },
);

Deno.test("allowPublicRoutes() refuses what the plugin keeps closed", async () => {
  await using handler = new PluginHandler(":memory:");
  const id = save(handler, "plugin", SOURCE);
  await handler.loadPlugin(id);
  const { success, error } = handler.allowPublicRoutes(id, ["/closed"]);
  assertEquals(success, false);
  assertMatch(`${error}`, /declares no such route as public/);
  assertEquals(handler.allowPublicRoutes(9, []).success, false);
});

Deno.test("isPublicRequest() trusts no row that somebody else wrote", async () => {
  await using handler = new PluginHandler(":memory:", {
    secretsKey: "k".repeat(32),
  });
  const id = save(handler, "plugin", SOURCE);
  await handler.loadPlugin(id);
  handler.allowPublicRoutes(id, ["/hook/:id"]);
  assert(isPublic(handler, "/hook/1", "POST"));
  handler.database.driver.run(
    `UPDATE plugin_handler_plugins SET public_routes = '["/hook/:id","/feed"]'`,
  );
  assert(!isPublic(handler, "/feed"));
  assert(!isPublic(handler, "/hook/1", "POST"));
});
