/**
 * Gives API routes their types.
 *
 * @module
 */
import type {
  ActionHandler,
  DefinedContext,
  FitsAnyTable,
  PatternParams,
  PluginActions,
  PluginRoute,
  Untyped,
} from "../plugin/plugin.ts";

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
>(route: PluginRoute<K>): PluginRoute<K>;
/**
 * One API route with its pattern and its actions, whose `params` have the names
 * in the pattern.
 *
 * @typeParam P The pattern, with or without its method in front.
 * @typeParam K The names of the actions.
 * @param pattern The pattern.
 * @param actions The actions by name, in the order in which they run.
 * @returns The actions for `config.actions`, and their names for the route.
 *
 * @example Parameters of a pattern
 * ```ts
 * import { createRoute, definePlugin } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const show = createRoute("GET /notes/:id", {
 *   show: ({ params }) => params.id.toUpperCase(), // params.name would not compile
 * });
 *
 * const plugin = definePlugin({
 *   name: "notes",
 *   version: "1.0.0",
 *   config: {
 *     actions: { ...show.actions },
 *     apiRoutes: { "GET /notes/:id": { actions: show.names } },
 *   },
 * });
 * assertEquals(plugin.config?.apiRoutes?.["GET /notes/:id"]?.actions, ["show"]);
 * ```
 */
export function createRoute<P extends string, K extends string>(
  pattern: P,
  actions: {
    readonly [N in K]: (
      context: DefinedContext<Untyped, PatternParams<P>>,
    ) => unknown;
  },
): {
  readonly actions: {
    readonly [N in K]: ActionHandler<Untyped> & FitsAnyTable;
  };
  readonly names: readonly K[];
};
export function createRoute(route: unknown, actions?: object): unknown {
  return actions === undefined
    ? route
    : { actions, names: Object.keys(actions) };
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
