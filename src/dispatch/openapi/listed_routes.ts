/**
 * Lists the routes of the loaded plugins.
 *
 * @module
 */
import type { LoadedPlugin, PluginRegistry } from "../../execution/mod.ts";
import type { DescribedRoute } from "../../plugin/described_route.ts";

/**
 * The routes of one or all loaded plugins.
 *
 * @param id The plugin; all where it is left out.
 * @returns The routes, plugin by plugin, in the order of the definitions.
 */
export function listedRoutes(
  registry: PluginRegistry,
  id?: number,
): DescribedRoute[] {
  if (id === undefined) return [...registry].flatMap(routesOf);
  const plugin = registry.get(id);
  return plugin === undefined ? [] : routesOf(plugin);
}

function routesOf(
  { id, name, contributions }: LoadedPlugin,
): DescribedRoute[] {
  return contributions.routes.map((route) => ({
    pluginId: id,
    plugin: name,
    path: route.path,
    methods: route.methods,
    actions: route.actions,
    schemas: route.schemas ?? {},
    ...(route.summary === undefined ? {} : { summary: route.summary }),
    ...(route.responses === undefined ? {} : { responses: route.responses }),
  }));
}
