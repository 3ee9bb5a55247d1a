/**
 * Plugins for the tests of this folder, loaded by the real handler.
 *
 * @module
 */
import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";

/** A handler with plugins in it. */
export interface OpenedPlugins extends AsyncDisposable {
  readonly handler: PluginHandler;
  /** The ids of the plugins, in order. */
  readonly ids: readonly number[];
  /** Asks the first plugin through `handleRoute`. */
  ask(path: string, init?: RequestInit): Promise<unknown>;
  /** Asks any plugin through `handler.fetch`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * Loads plugins into a handler of their own.
 *
 * @param sources The source text after `export default`, one for each plugin;
 * they are named `plugin-1` and so on.
 * @param options The handler's settings.
 */
export async function openPlugins(
  sources: string | readonly string[],
  options: PluginHandlerOptions = {},
): Promise<OpenedPlugins> {
  const handler = new PluginHandler(":memory:", {
    quarantineAfter: 0,
    ...options,
  });
  const ids = [sources].flat().map((source, index) =>
    handler.savePlugin({
      name: `plugin-${index + 1}`,
      version: "1.0.0",
      repository: "https://example.com/plugin",
      manifest: "https://example.com/plugin/manifest.json",
      author: { name: "Tester" },
      plugin: `export default ${source}`,
    }).id!
  );
  const { errors } = await handler.loadPlugins(ids);
  if (errors.length > 0) throw new TypeError(errors[0]!.error);
  return {
    handler,
    ids,
    ask: (path, init) =>
      handler.handleRoute(
        ids[0]!,
        path,
        new Request(new URL(path, "http://localhost"), init),
      ),
    fetch: (path, init) =>
      handler.fetch(new Request(new URL(path, "http://localhost"), init)),
    [Symbol.asyncDispose]: () => handler.close(),
  };
}

/**
 * The source text of a plugin with one action for each route.
 *
 * @param routes Source text of actions by method and path.
 */
export function routesSource(routes: Record<string, string>): string {
  const entries = Object.entries(routes).map(([key, action], index) => {
    const [method, path] = key.split(" ");
    return { method, path, action, name: `action${index}` };
  });
  const actions = entries.map((it) => `${it.name}: ${it.action}`);
  const apiRoutes = entries.map((it) =>
    `${
      JSON.stringify(it.path)
    }: { method: "${it.method}", actions: ["${it.name}"] }`
  );
  return `{ config: { actions: { ${actions} }, apiRoutes: { ${apiRoutes} } } }`;
}
