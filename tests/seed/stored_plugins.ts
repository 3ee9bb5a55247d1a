/**
 * A handler with plugins in it, as the original's documentation assumes.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { hostDatabase } from "../sqlite/host_database.ts";

/** The code of a plugin with a route, hooks, a table and pages. */
export const pluginCode = `export default {
  config: {
    table: {
      name: "example_data",
      columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        text: { type: "TEXT" },
      },
    },
    actions: { getStatus: () => ({ status: "fine" }) },
    apiRoutes: {
      "/status": { method: "GET", actions: ["getStatus"] },
      "/data": { method: "GET", actions: ["getStatus"] },
      "/settings": { method: "GET", actions: ["getStatus"] },
    },
    frontend: {
      routes: [{
        path: "/dashboard",
        template: { type: "heading", props: { text: "Hi" } },
        meta: { title: "Dashboard", icon: "dashboard", navOrder: 1 },
      }],
    },
  },
  events: {
    onContainerStart: ({ container, logger, table }) => {
      logger.info("Container started: " + container.id);
      table.insert({ text: container.id });
    },
  },
};`;

/** Code without a table, of which there can be any number. */
export const plainCode = `export default { config: {
  actions: { info: () => "info" },
  apiRoutes: { "/info": { method: "GET", actions: ["info"] } },
} };`;

/** Saves a plugin under a name. */
export function store(
  handler: PluginHandler,
  name: string,
  plugin: string,
): number {
  const result = handler.savePlugin({
    name,
    version: "1.0.0",
    repository: `https://github.com/user/${name}`,
    manifest: `https://github.com/user/${name}/manifest.json`,
    author: { name: "Developer" },
    plugin,
  });
  assert(result.success, result.error);
  return result.id;
}

/** A handler whose plugin 5 is loaded, and 1 to 4 beside it. */
export async function handlerWithFive(): Promise<PluginHandler> {
  const handler = new PluginHandler(hostDatabase());
  for (let id = 1; id < 5; id++) {
    store(handler, `another-plugin-${id}`, plainCode);
  }
  await handler.loadPlugin(store(handler, "example-plugin", pluginCode));
  return handler;
}

/** Bundles a plugin's source as an author does. */
export async function bundle(source: URL): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", fromFileUrl(source)],
    cwd: fromFileUrl(new URL("../..", import.meta.url)),
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
