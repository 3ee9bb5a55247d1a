import type { PluginMeta } from "@dockstat/plugin-handler/builder";
import { DB } from "@dockstat/plugin-handler/sqlite";
import {
  assertEquals,
  assertObjectMatch,
  assertStrictEquals,
} from "@std/assert";
import { actions } from "./builder/create_actions.ts";
import { createUser } from "./builder/create_action.ts";
import { routes } from "./builder/create_api_routes.ts";
import { events } from "./builder/create_events.ts";
import { frontend } from "./builder/create_frontend.ts";
import { route } from "./builder/create_route.ts";
import { table } from "./builder/create_table.ts";
import myPlugin from "./builder/define_plugin.ts";
import fluentPlugin from "./builder/plugin_builder.ts";
import type * as exported from "./builder/type_exports.ts";
import { callHook, runAction, runRoute, stage } from "./call_plugin.ts";

const MY_DATA = fluentPlugin.config?.table;

Deno.test("definePlugin() of the seed gives a plugin whose routes save and read", async () => {
  using at = stage(myPlugin.config?.table);
  const body = { id: 7, name: "a", settings: { dark: true } };

  assertEquals(await runRoute(myPlugin, "/save", { ...at, body }), {
    success: true,
    id: 7,
  });
  assertEquals(await runRoute(myPlugin, "/data", at), [body]);
  assertEquals(at.logger.lines, ["info Saving data", "info Fetching data"]);
});

Deno.test("definePlugin() of the seed gives a hook that logs the container", async () => {
  using at = stage(myPlugin.config?.table);
  await callHook(myPlugin.events?.onContainerStart, at);
  assertEquals(at.logger.lines, ["info Container started: f00d"]);
});

Deno.test("createActions() of the seed gives actions that create, update and fetch", async () => {
  using at = stage(MY_DATA);
  await runAction(actions.create!, { ...at, body: { id: 1, value: "old" } });
  const body = { id: 1, value: "new" };

  assertEquals(await runAction(actions.update!, { ...at, body }), {
    changes: 1,
  });
  assertEquals(await runAction(actions.fetchAll!, at), [body]);
});

Deno.test("createActions() of the seed gives actions that do without a table", async () => {
  assertEquals(await runAction(actions.fetchAll!, {}), []);
  assertEquals(await runAction(actions.create!, { body: {} }), undefined);
});

Deno.test("createAction() of the seed gives an action that creates a user", async () => {
  using db = new DB(":memory:");
  const users = db.createTable("users", {
    id: "INTEGER PRIMARY KEY",
    name: "TEXT",
    email: "TEXT",
  });
  const body = { name: "Ada", email: "ada@example.com" };

  assertEquals(await runAction(createUser, { table: users, body }), {
    success: true,
    userId: 0,
  });
  assertEquals(users.select(["*"]).all(), [{ id: 0, ...body }]);
});

Deno.test("createRoute() of the seed gives the route", () => {
  assertEquals(route, { method: "POST", actions: ["fetchAll", "create"] });
});

Deno.test("createApiRoutes() of the seed gives the routes", () => {
  assertEquals(Object.keys(routes), ["/list", "/create", "/update/:id"]);
  assertEquals(routes["/update/:id"], {
    method: "POST",
    actions: ["validate", "update"],
  });
});

Deno.test("createTable() of the seed gives a table that keeps users", () => {
  using at = stage(table);
  const user = { username: "ada", email: "a@b.c", preferences: { rows: 9 } };
  at.table?.insert(user);
  assertObjectMatch(at.table?.get() ?? {}, { id: 1, ...user });
});

Deno.test("createEvents() of the seed gives hooks that log and insert", async () => {
  using db = new DB(":memory:");
  using at = stage();
  const journal = db.createTable("journal", {
    event: "TEXT",
    containerId: "TEXT",
  });
  const context = { logger: at.logger, table: journal };
  await callHook(events.onContainerStart, context);
  await callHook(events.onContainerStop, context);
  await callHook(events.onContainerRestart, context);

  assertEquals(journal.select(["*"]).all(), [
    { event: "start", containerId: "f00d" },
  ]);
  assertEquals(at.logger.lines, [
    "info Container f00d started",
    "info Container f00d stopped",
    "warn Container f00d restarted",
  ]);
});

Deno.test("createFrontendConfig() of the seed gives the page as it was written", () => {
  const page = frontend.routes?.[0];
  assertEquals(page?.path, "/dashboard");
  assertEquals(page?.loaders?.map(({ id }) => id), ["items-loader"]);
  assertEquals(page?.actions?.map(({ id }) => id), ["refresh", "create-item"]);
  assertEquals(frontend.globalState?.initial, { theme: "light" });
});

Deno.test("pluginBuilder() of the seed gives a plugin whose routes create and fetch", async () => {
  using at = stage(MY_DATA);
  const body = { id: 3, value: "x" };
  await runRoute(fluentPlugin, "/create", { ...at, body });

  assertEquals(await runRoute(fluentPlugin, "/data", at), [body]);
  assertStrictEquals(fluentPlugin.config?.actions, actions);
  assertEquals(fluentPlugin.repoType, "github");
  assertEquals(typeof fluentPlugin.init, "function");
});

Deno.test("builder exports every type of the seed", () => {
  const meta: exported.PluginMeta = { name: "a", version: "1.0.0" };
  const column: exported.ColumnDefinition = { type: "TEXT" };
  const same: PluginMeta = meta;
  assertEquals([same.name, column.type], ["a", "TEXT"]);
});
