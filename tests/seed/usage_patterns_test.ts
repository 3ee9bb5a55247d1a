import { EventEmitter } from "node:events";
import { PluginHandler } from "@dockstat/plugin-handler";
import type { ContainerInfo } from "@dockstat/plugin-handler";
import {
  assertEquals,
  assertInstanceOf,
  assertObjectMatch,
  assertRejects,
} from "@std/assert";
import { captureLogs } from "./capture_logs.ts";
import { PluginManager } from "./handler/plugin_manager.ts";
import { handlerWithFive, plainCode, pluginCode } from "./stored_plugins.ts";
import { hostDatabase } from "../sqlite/host_database.ts";

/** Serves a manifest whose version is the path's first part. */
function serveManifests(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const [, version] = new URL(request.url).pathname.split("/");
      return version === "lost" ? new Response(null, { status: 404 }) : Response
        .json({
          name: "plugin",
          version,
          repository: "https://github.com/user/plugin",
          manifest: "https://github.com/user/plugin/manifest.json",
          author: { name: "Developer" },
          plugin: version === "2.0.0" ? pluginCode : plainCode,
        });
    },
  );
}

function linkTo(
  server: Deno.HttpServer<Deno.NetAddr>,
  version: string,
): string {
  return `http://127.0.0.1:${server.addr.port}/${version}/manifest.json`;
}

Deno.test("seed's way to install and load the new plugin works", async () => {
  await using server = serveManifests();
  await using plugins = await handlerWithFive();
  await plugins.installFromManifestLink(linkTo(server, "1.0.0"));

  // Load the new plugin
  const status = plugins.getStatus();
  const newPlugin = status.installed_plugins.data.at(-1);
  await plugins.loadPlugin(newPlugin.id);

  assertEquals(newPlugin.name, "plugin");
  assertEquals(plugins.getLoadedPlugins().includes(6), true);
});

Deno.test("seed's PluginManager installs, updates, deactivates and uninstalls", async () => {
  await using server = serveManifests();
  await using handler = new PluginHandler(hostDatabase());
  const manager = new PluginManager(handler);

  assertEquals(await manager.installAndActivate(linkTo(server, "1.0.0")), true);
  await manager.deactivate(1);
  assertEquals(handler.getLoadedPlugins(), []);

  await manager.update(1, linkTo(server, "2.0.0"));
  assertObjectMatch(handler.getAll()[0]!, { id: 1, version: "2.0.0" });
  await handler.loadPlugin(1);
  assertEquals(handler.hasFrontendRoutes(1), true);

  await manager.uninstall(1);
  assertEquals([handler.getAll(), handler.getLoadedPlugins()], [[], []]);
});

Deno.test("seed's PluginManager throws what stopped an installation", async () => {
  await using server = serveManifests();
  await using handler = new PluginHandler(hostDatabase());
  const manager = new PluginManager(handler);
  await assertRejects(
    () => manager.installAndActivate(linkTo(server, "lost")),
    Error,
    "Cannot install",
  );
});

Deno.test("seed's way to hand Docker events to hooks works", async () => {
  using logs = captureLogs();
  await using plugins = await handlerWithFive();
  const eventEmitter = new EventEmitter();
  const handled = Promise.withResolvers<void>();

  await plugins.loadAllPlugins();

  eventEmitter.on("container:start", async (container: ContainerInfo) => {
    const hooks = plugins.getHookHandlers();

    for (const [pluginId, events] of hooks) {
      if (events.onContainerStart) {
        const serverHooks = plugins.getServerHooks(pluginId);

        await events.onContainerStart({
          container,
          logger: serverHooks.logger,
          table: serverHooks.table,
        });
      }
    }
    handled.resolve();
  });

  eventEmitter.emit("container:start", { id: "f00d" });
  await handled.promise;

  assertEquals(logs.lines, ["info Container started: f00d"]);
  assertEquals(plugins.getServerHooks(5).table!.all(), [
    { id: 1, text: "f00d" },
  ]);
});

Deno.test("seed's way to look for a plugin that does not load tells why", async () => {
  await using handler = new PluginHandler(hostDatabase());
  // Check if plugin exists in database
  const plugins = handler.getAll();
  assertEquals(plugins, []);

  // Check for errors
  try {
    await handler.loadPlugin(5);
  } catch (err) {
    assertInstanceOf(err, Error);
    assertEquals(
      err.message,
      "Cannot load plugin 5: no such plugin is stored; see getAll()",
    );
    return;
  }
  throw new Error("the plugin was loaded");
});
