import PluginHandlerAsDefault, * as library from "@dockstat/plugin-handler";
import { PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals } from "@std/assert";
import { hostDatabase } from "../sqlite/host_database.ts";

const METHODS = [
  // The original's.
  "savePlugin",
  "deletePlugin",
  "getAll",
  "getStatus",
  "loadAllPlugins",
  "loadPlugins",
  "loadPlugin",
  "unloadPlugin",
  "unloadAllPlugins",
  "getLoadedPlugins",
  "handleRoute",
  "getAllPluginRoutes",
  "getHookHandlers",
  "installFromManifestLink",
  "getServerHooks",
  "getTable",
  "getAllFrontendRoutes",
  "getFrontendRoute",
  "getFrontendTemplate",
  "hasFrontendRoutes",
  "getFrontendNavigationItems",
  // What goes beyond it.
  "updateFromManifestLink",
  "disablePlugin",
  "enablePlugin",
  "unloadPlugins",
  "reloadPlugin",
  "emit",
  "fetch",
  "listVersions",
  "rollbackPlugin",
  "getHealth",
  "getFrontendRoutesByPlugin",
  "getFrontendSummary",
  "getSharedFragments",
  "getRouteLoaders",
  "getRouteActions",
  "getLoader",
  "getAction",
  "executeRouteLoaders",
  "executeLoader",
  "executeAction",
  "close",
] as const;

const CODES = {
  PLUGIN_NOT_FOUND: 404,
  PLUGIN_NOT_LOADED: 409,
  PLUGIN_ALREADY_LOADED: 409,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  ACTION_NOT_FOUND: 500,
  ACTION_FAILED: 500,
  ACTION_TIMEOUT: 504,
  INVALID_PLUGIN: 422,
  LOAD_FAILED: 500,
  LOAD_TIMEOUT: 504,
  INVALID_BODY: 400,
  BODY_TOO_LARGE: 413,
  INVALID_MANIFEST: 422,
  MANIFEST_FETCH_FAILED: 502,
  MANIFEST_TOO_LARGE: 413,
  HOST_NOT_ALLOWED: 403,
  INTEGRITY_MISMATCH: 422,
  SIGNATURE_INVALID: 403,
  TABLE_NAME_TAKEN: 409,
  SANDBOX_CRASHED: 502,
  STORE_FAILED: 500,
};

Deno.test("PluginHandler is exported by name and as the default", () => {
  assertEquals(PluginHandlerAsDefault, PluginHandler);
});

Deno.test("PluginHandler has every method that it promises", async () => {
  await using handler = new PluginHandler(hostDatabase());
  const missing = METHODS.filter((name) => typeof handler[name] !== "function");
  assertEquals(missing, []);
  assertEquals(typeof handler[Symbol.asyncDispose], "function");
});

Deno.test("ERROR_STATUS has every promised code with its status", () => {
  const promised = Object.keys(CODES) as (keyof typeof CODES)[];
  const statuses = Object.fromEntries(
    promised.map((code) => [code, library.ERROR_STATUS[code]]),
  );
  assertEquals<Record<string, number>>(statuses, CODES);
});

Deno.test("errors are PluginErrors with a code, a status and a name", () => {
  const { PluginError, ActionError, MethodNotAllowedError, ValidationError } =
    library;
  const errors = [
    new PluginError("STORE_FAILED", "a", { pluginId: 1, cause: 2 }),
    new ActionError("ACTION_FAILED", "b", { action: "x", index: 0 }),
    new MethodNotAllowedError("c", { allow: ["GET"] }),
    new ValidationError("INVALID_PLUGIN", "d", { issues: [] }),
  ];
  assertEquals(errors.map(({ name, code, status }) => [name, code, status]), [
    ["PluginError", "STORE_FAILED", 500],
    ["ActionError", "ACTION_FAILED", 500],
    ["MethodNotAllowedError", "METHOD_NOT_ALLOWED", 405],
    ["ValidationError", "INVALID_PLUGIN", 422],
  ]);
  assertEquals(errors.every((error) => error instanceof PluginError), true);
  assertEquals([errors[0]!.pluginId, errors[0]!.cause], [1, 2]);
});

Deno.test("PluginHandler takes an absent option as its default", async () => {
  await using handler = new PluginHandler(hostDatabase(), {
    activation: undefined,
    actionTimeoutMs: undefined,
    install: undefined,
  });
  assertEquals(await handler.loadAllPlugins(), {
    successes: [],
    errors: [],
    skipped: [],
  });
});
