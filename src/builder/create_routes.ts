/**
 * Gives API routes their types.
 *
 * @module
 */
import type { PluginActions, PluginRoute, Untyped } from "../plugin/plugin.ts";

/**
 * One API route that names only actions of the plugin.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The plugin's actions.
 * @typeParam K The names of the actions that the route may use.
 * @param route The route.
 * @returns The same object.
 *
 * @example A route over known actions
 * ```ts
 * import { createActions, createRoute } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const actions = createActions({
 *   check: ({ body }) => body.text !== "",
 *   save: ({ table, body }) => table.insert(body),
 * });
 *
 * const route = createRoute<{ text: string }, typeof actions>({
 *   method: ["POST", "PUT"],
 *   actions: ["check", "save"],
 *   timeoutMs: 2_000,
 * });
 * assertEquals(route.method, ["POST", "PUT"]);
 * ```
 */
export function createRoute<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
  K extends keyof A & string = keyof A & string,
>(route: PluginRoute<K>): PluginRoute<K> {
  return route;
}

/**
 * The API routes of a plugin by path or pattern, which name only actions of the
 * plugin.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The plugin's actions.
 * @typeParam K The names of the actions that the routes may use.
 * @param routes The routes.
 * @returns The same object.
 *
 * @example Paths and patterns
 * ```ts
 * import { createApiRoutes } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const routes = createApiRoutes({
 *   "/notes": { method: "GET", actions: ["list"] },
 *   "/notes/:id": { method: "DELETE", actions: ["check", "remove"] },
 * });
 * assertEquals(Object.keys(routes), ["/notes", "/notes/:id"]);
 * ```
 */
export function createApiRoutes<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
  K extends keyof A & string = keyof A & string,
>(
  routes: Record<string, PluginRoute<K>>,
): Record<string, PluginRoute<K>> {
  return routes;
}
