import { PluginHandler } from "@dockstat/plugin-handler";
import type { EVENTS } from "@dockstat/plugin-handler";
import DB from "@dockstat/sqlite-wrapper";
import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertRejects,
} from "@std/assert";
import { captureLogs } from "./capture_logs.ts";
import manifest from "./handler/manifest.json" with { type: "json" };
import { handlerWithFive, pluginCode, store } from "./stored_plugins.ts";
import { hostDatabase } from "../sqlite/host_database.ts";

Deno.test("seed's constructor takes a database and parents of the loggers", async () => {
  using logs = captureLogs();
  using db = new DB(":memory:");
  await using handler = new PluginHandler(db, ["API"]);
  await handler.loadPlugin(store(handler, "example-plugin", pluginCode));
  await handler.emit("onContainerStart", { id: "f00d" });
  assertEquals(logs.categories[0], ["API", "plugin-handler", "example-plugin"]);
});

Deno.test("seed's savePlugin() saves, and updates in its place", async () => {
  await using handler = new PluginHandler(hostDatabase());
  for (let id = 1; id < 5; id++) store(handler, `plugin-${id}`, pluginCode);

  const result = handler.savePlugin(
    {
      name: "my-plugin",
      version: "1.0.0",
      repository: "https://github.com/user/plugin",
      manifest: "https://github.com/user/plugin/manifest.json",
      author: { name: "Developer", email: "dev@example.com" },
      tags: ["monitoring", "alerts"],
      repoType: "github",
      plugin: pluginCode,
    },
    false,
  );

  assertEquals(result, {
    success: true,
    id: 5,
    message: "Plugin saved successfully",
  });

  const updatedPlugin = {
    ...handler.getAll().at(-1)!,
    version: "2.0.0",
    plugin: pluginCode,
  };
  await handler.loadPlugin(5);
  assertObjectMatch(handler.savePlugin(updatedPlugin, true), { id: 5 });
  assertEquals(handler.getAll().at(-1)?.version, "2.0.0");
  assertEquals(handler.getLoadedPlugins(), []);
});

Deno.test("seed's deletePlugin() deletes", async () => {
  await using handler = await handlerWithFive();
  assertObjectMatch(handler.deletePlugin(5), {
    success: true,
    message: "Deleted Plugin",
  });
  assertEquals(handler.getAll().length, 4);
  assertEquals(handler.getLoadedPlugins(), []);
});

Deno.test("seed's getAll() and getStatus() tell everything but the code", async () => {
  await using handler = await handlerWithFive();
  const plugins = handler.getAll();
  assertEquals(plugins.length, 5);

  const status = handler.getStatus();
  assertEquals(status.installed_plugins.count, 5);
  assertEquals(status.installed_plugins.data, plugins);
  assertEquals(status.repos.at(-1), "https://github.com/user/example-plugin");
  assertEquals(status.loaded_plugins, plugins.slice(4));
  assertEquals(JSON.stringify(status).includes("export default"), false);
});

Deno.test("seed's loadAllPlugins() leaves out what is loaded", async () => {
  await using handler = await handlerWithFive();
  assertEquals(await handler.loadAllPlugins(), {
    successes: [1, 2, 3, 4],
    errors: [],
    skipped: [],
  });
});

Deno.test("seed's loadPlugins() reports successes and errors", async () => {
  await using handler = await handlerWithFive();
  handler.savePlugin({
    ...handler.getAll()[1]!,
    plugin: `import "not-there"; export default {};`,
  }, true);

  const result = await handler.loadPlugins([1, 2, 3]);

  assertEquals(result.successes, [1, 3]);
  assertEquals(result.errors.map(({ pluginId }) => pluginId), [2]);
  assertMatch(result.errors[0]!.error, /^Could not load 2 - .*not-there/);
});

Deno.test("seed's loadPlugin(), unloadPlugin() and unloadAllPlugins() load and unload", async () => {
  await using handler = await handlerWithFive();
  handler.unloadPlugin(5);
  const plugin = await handler.loadPlugin(5);
  assertEquals(plugin.id, 5);

  await handler.loadPlugins([1, 3]);
  const loaded = handler.getLoadedPlugins();
  assertEquals(loaded.toSorted(), [1, 3, 5]);

  handler.unloadAllPlugins();
  assertEquals(handler.getLoadedPlugins(), []);
});

Deno.test("seed's handleRoute() returns the last action's value", async () => {
  await using handler = await handlerWithFive();
  const request = new Request("http://localhost/status");
  const response = await handler.handleRoute(5, "/status", request);
  assertEquals(response, { status: "fine" });
});

Deno.test("seed's example of a route hands on what each action returns", async () => {
  await using handler = new PluginHandler(hostDatabase());
  const source = new URL("handler/process_route.js", import.meta.url);
  const code = await Deno.readTextFile(source);
  const request = () =>
    new Request("http://localhost/", { method: "POST", body: "hello" });

  // The example has no table: its last action cannot save.
  const id = store(handler, "example", code);
  await handler.loadPlugin(id);
  const error = await assertRejects(
    () => handler.handleRoute(id, "/process", request()),
  );
  assertObjectMatch(error as object, { action: "save", index: 2 });

  const saving = code.replace("table.insert(previousAction.data)", "")
    .replace("{ success: true }", "{ success: true, previousAction }");
  const other = store(handler, "saving", saving);
  await handler.loadPlugin(other);
  assertEquals(await handler.handleRoute(other, "/process", request()), {
    success: true,
    previousAction: { valid: true, data: "HELLO" },
  });
});

Deno.test("seed's getAllPluginRoutes() lists paths by plugin", async () => {
  await using handler = await handlerWithFive();
  await handler.loadPlugin(1);
  const routes = handler.getAllPluginRoutes();
  assertEquals(routes.toSorted((a, b) => b.plugin < a.plugin ? -1 : 1), [
    { plugin: "example-plugin", routes: ["/status", "/data", "/settings"] },
    { plugin: "another-plugin-1", routes: ["/info"] },
  ]);
});

Deno.test("seed's getHookHandlers() maps ids to hooks", async () => {
  await using handler = await handlerWithFive();
  const hooks: Map<number, Partial<EVENTS>> = handler.getHookHandlers();
  assertEquals([...hooks.keys()], [5]);
  assertEquals(typeof hooks.get(5)?.onContainerStart, "function");
});

Deno.test("seed's installFromManifestLink() installs its JSON and the same as YAML", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const isJson = new URL(request.url).pathname.endsWith(".json");
      return isJson
        ? Response.json(manifest)
        : new Response(toYaml({ ...manifest, name: "from-yaml" }));
    },
  );
  const origin = `http://127.0.0.1:${server.addr.port}/plugin`;
  // "export default { ... }" is an abbreviation, and would fail its trial.
  await using handler = new PluginHandler(hostDatabase(), {
    install: { trial: false },
  });
  for (const file of ["manifest.json", "manifest.yml"]) {
    const { success } = await handler.installFromManifestLink(
      `${origin}/${file}`,
    );
    assertEquals(success, true);
  }
  const { plugin: _, name: __, ...rest } = manifest;
  const [json, yaml] = handler.getAll();
  assertObjectMatch(json!, { ...rest, name: "notification-plugin" });
  assertObjectMatch(yaml!, { ...rest, name: "from-yaml" });
  await assertRejects(() => handler.loadPlugin(1));
});

/** JSON in a block style that only YAML reads. */
function toYaml(value: object): string {
  return Object.entries(value)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join("\n");
}

Deno.test("seed's getServerHooks() hands out table and logger", async () => {
  await using handler = await handlerWithFive();
  const hooks = handler.getServerHooks(5);
  hooks.table!.insert({ text: "a" });
  assertEquals(hooks.table!.count(), 1);
  assertEquals(typeof hooks.logger.info, "function");
});

Deno.test("seed's getTable() is the table of plugins", async () => {
  await using handler = await handlerWithFive();
  const table = handler.getTable();
  const count = table.count();
  assertEquals(count, 5);
});

Deno.test("seed's frontend methods tell of pages", async () => {
  await using handler = await handlerWithFive();
  const routes = handler.getAllFrontendRoutes();
  assertEquals(routes.length, 1);

  const route = handler.getFrontendRoute(5, "/dashboard");
  assertObjectMatch(route!, {
    path: "/dashboard",
    meta: { title: "Dashboard" },
  });

  const template = handler.getFrontendTemplate(5, "/dashboard");
  assertEquals(template, { type: "heading", props: { text: "Hi" } });

  assertEquals([5, 1].map((id) => handler.hasFrontendRoutes(id)), [
    true,
    false,
  ]);

  const navItems = handler.getFrontendNavigationItems();
  assertObjectMatch(navItems[0]!, {
    path: "/p/5/dashboard",
    title: "Dashboard",
    icon: "dashboard",
  });
});
