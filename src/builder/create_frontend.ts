/**
 * Gives a plugin's pages their types.
 *
 * @module
 */
import type {
  FrontendAction,
  FrontendLoader,
  JsonObject,
  PluginFrontendConfig,
  PluginFrontendRoute,
} from "../plugin/plugin.ts";

/** A {@linkcode FrontendAction} that has what its type cannot do without. */
export type CompleteFrontendAction =
  & FrontendAction
  & (
    | { type: "api"; apiRoute: string }
    | { type: "setState"; stateUpdates: JsonObject }
    | { type: "navigate"; path: string }
    | { type: "custom"; handler: string }
    | { type: "reload" }
  );

/**
 * Everything that a plugin declares for the frontend.
 *
 * @param config Pages, and what they share.
 * @returns The same object.
 *
 * @example A page and shared state
 * ```ts
 * import {
 *   createFrontendConfig,
 *   createFrontendRoute,
 * } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const frontend = createFrontendConfig({
 *   routes: [
 *     createFrontendRoute({ path: "/", template: { type: "container" } }),
 *   ],
 *   globalState: { initial: { theme: "light" } },
 * });
 * assertEquals(frontend.routes?.length, 1);
 * ```
 */
export function createFrontendConfig(
  config: PluginFrontendConfig,
): PluginFrontendConfig {
  return config;
}

/**
 * One page.
 *
 * @param route The page's path and template, its loaders and actions.
 * @returns The same object.
 *
 * @example A page in the navigation
 * ```ts
 * import { createFrontendRoute } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const route = createFrontendRoute({
 *   path: "/notes",
 *   template: { type: "dataTable", props: { dataKey: "notes" } },
 *   meta: { title: "Notes", icon: "note", navOrder: 3 },
 * });
 * assertEquals(route.meta?.title, "Notes");
 * ```
 */
export function createFrontendRoute(
  route: PluginFrontendRoute,
): PluginFrontendRoute {
  return route;
}

/**
 * Several pages.
 *
 * @param routes The pages.
 * @returns The same array.
 *
 * @example Two pages
 * ```ts
 * import { createFrontendRoutes } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const routes = createFrontendRoutes([
 *   { path: "/", template: { type: "container" } },
 *   { path: "/about", template: '{ "type": "text" }' },
 * ]);
 * assertEquals(routes.map(({ path }) => path), ["/", "/about"]);
 * ```
 */
export function createFrontendRoutes(
  routes: PluginFrontendRoute[],
): PluginFrontendRoute[] {
  return routes;
}

/**
 * What fetches data for a page from one of the plugin's own API routes.
 *
 * @param loader The loader.
 * @returns The same object.
 *
 * @example Polling every ten seconds
 * ```ts
 * import { createFrontendLoader } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const loader = createFrontendLoader({
 *   id: "notes",
 *   apiRoute: "/notes",
 *   dataKey: "notes",
 *   polling: { interval: 10_000, enabled: true },
 * });
 * assertEquals(loader.polling?.interval, 10_000);
 * ```
 */
export function createFrontendLoader(loader: FrontendLoader): FrontendLoader {
  return loader;
}

/**
 * Something that a page's widgets trigger. What its type cannot do without must
 * be there: an `api` action names its route, `navigate` its path.
 *
 * @param action The action.
 * @returns The same object.
 *
 * @example A request, and what follows it
 * ```ts
 * import { createFrontendAction } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const remove = createFrontendAction({
 *   id: "remove",
 *   type: "api",
 *   apiRoute: "/notes/remove",
 *   body: { id: "{{payload.id}}" },
 *   confirm: { message: "Remove this note?" },
 *   onSuccess: { triggerAction: "refresh" },
 * });
 * assertEquals(remove.type, "api");
 * ```
 */
export function createFrontendAction(
  action: CompleteFrontendAction,
): FrontendAction {
  return action;
}
