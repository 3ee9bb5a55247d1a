/**
 * Lists the pages of the loaded plugins, and what belongs to each.
 *
 * @module
 */
import type {
  FrontendAction,
  FrontendFragment,
  FrontendLoader,
  FrontendTemplate,
  OfPlugin,
  PluginFrontendConfig,
  PluginFrontendRoute,
  ResolvedAction,
  ResolvedLoader,
} from "../../plugin/plugin.ts";
import { splitPath } from "../../routing/mod.ts";
import type { LoadedPlugin, PluginRegistry } from "../../execution/mod.ts";
import {
  type FrontendPage,
  type FrontendSummary,
  type NavigationItem,
  ofPlugin,
  type PluginPages,
  toNavigationItem,
  toPage,
} from "./frontend_page.ts";
import { templateParts } from "./page_template.ts";

/** The pages of the loaded plugins. */
export class FrontendPages {
  readonly #registry: PluginRegistry;

  constructor(registry: PluginRegistry) {
    this.#registry = registry;
  }

  /** All pages, plugin by plugin. */
  getAllFrontendRoutes(): FrontendPage[] {
    return [...this.#registry].flatMap(pagesOf);
  }

  /**
   * One page.
   *
   * @param path The page's path; slashes at its ends do not count.
   * @returns The page, or `null` where there is none.
   */
  getFrontendRoute(id: number, path: string): FrontendPage | null {
    const plugin = this.#registry.get(id);
    const route = plugin && findRoute(plugin, path);
    return route === undefined ? null : toPage(plugin!, route);
  }

  /**
   * The template of a page, as the plugin wrote it.
   *
   * @returns The template, or `null` where there is no such page.
   */
  getFrontendTemplate(id: number, path: string): FrontendTemplate | null {
    return this.getFrontendRoute(id, path)?.template ?? null;
  }

  /**
   * Whether a plugin has pages.
   *
   * @returns Whether it is loaded and has any.
   */
  hasFrontendRoutes(id: number): boolean {
    const plugin = this.#registry.get(id);
    return plugin !== undefined && routesOf(plugin).length > 0;
  }

  /** What the navigation shows, in its order. */
  getFrontendNavigationItems(): NavigationItem[] {
    return this.getAllFrontendRoutes()
      .filter((page) => page.meta?.showInNav !== false)
      .map(toNavigationItem)
      .sort((a, b) => a.order - b.order);
  }

  /** The plugins that have pages, each with all that its pages share. */
  getFrontendRoutesByPlugin(): PluginPages[] {
    return [...this.#registry]
      .filter((plugin) => routesOf(plugin).length > 0)
      .map((plugin) => {
        const { globalState } = frontendOf(plugin);
        const sharedFragments = fragmentsOf(plugin);
        return {
          ...ofPlugin(plugin),
          routes: pagesOf(plugin),
          ...(sharedFragments === undefined ? {} : { sharedFragments }),
          ...(globalState === undefined ? {} : { globalState }),
        };
      });
  }

  /** How many pages there are. */
  getFrontendSummary(): FrontendSummary {
    const counts = [...this.#registry]
      .map((plugin) => [plugin.id, routesOf(plugin).length] as const)
      .filter(([, count]) => count > 0);
    return {
      totalRoutes: counts.reduce((total, [, count]) => total + count, 0),
      pluginsWithFrontend: counts.length,
      routesByPlugin: Object.fromEntries(counts),
    };
  }

  /**
   * The fragments that a plugin's pages share.
   *
   * @returns The fragments, none for a plugin that is not loaded.
   */
  getSharedFragments(id: number): readonly FrontendFragment[] {
    const plugin = this.#registry.get(id);
    return plugin === undefined ? [] : fragmentsOf(plugin) ?? [];
  }

  /**
   * The loaders of a page: the plugin's global ones, then the route's, then
   * those of the template whose ids are new.
   *
   * @param path The page's path; for an unknown one the global loaders remain.
   * @returns The loaders with the plugin that they belong to.
   */
  getRouteLoaders(id: number, path: string): ResolvedLoader[] {
    return this.#collect<FrontendLoader>(id, path, "loaders");
  }

  /**
   * The actions of a page, in the order of
   * {@linkcode FrontendPages.getRouteLoaders}.
   *
   * @param path The page's path; for an unknown one the global actions remain.
   * @returns The actions with the plugin that they belong to.
   */
  getRouteActions(id: number, path: string): ResolvedAction[] {
    return this.#collect<FrontendAction>(id, path, "actions");
  }

  /**
   * One loader of a page; of several with one id, the first.
   *
   * @returns The loader, or `null` where there is none.
   */
  getLoader(
    id: number,
    path: string,
    loaderId: string,
  ): ResolvedLoader | null {
    return this.getRouteLoaders(id, path).find((it) => it.id === loaderId) ??
      null;
  }

  /**
   * One action of a page; of several with one id, the first.
   *
   * @returns The action, or `null` where there is none.
   */
  getAction(
    id: number,
    path: string,
    actionId: string,
  ): ResolvedAction | null {
    return this.getRouteActions(id, path).find((it) => it.id === actionId) ??
      null;
  }

  /**
   * The state that a page starts with: the plugin's global state under the
   * template's own.
   */
  getInitialState(id: number, path: string): Record<string, unknown> {
    const plugin = this.#registry.get(id);
    if (plugin === undefined) return {};
    const route = findRoute(plugin, path);
    return {
      ...frontendOf(plugin).globalState?.initial,
      ...(route && templateParts(route).initialState),
    };
  }

  #collect<T extends { id: string }>(
    id: number,
    path: string,
    kind: "loaders" | "actions",
  ): (T & OfPlugin)[] {
    const plugin = this.#registry.get(id);
    if (plugin === undefined) return [];
    const { globalLoaders, globalActions } = frontendOf(plugin);
    const route = findRoute(plugin, path);
    const first = [
      ...(kind === "loaders" ? globalLoaders : globalActions) ?? [],
      ...route?.[kind] ?? [],
    ] as unknown as T[];
    const ids = new Set(first.map((it) => it.id));
    const own = route === undefined ? [] : templateParts(route)[kind];
    return [
      ...first,
      ...(own as unknown as T[]).filter((it) => !ids.has(it.id)),
    ].map((it) => ({ ...it, ...ofPlugin(plugin) }));
  }
}

function frontendOf(plugin: LoadedPlugin): PluginFrontendConfig {
  return plugin.contributions.frontend ?? {};
}

function routesOf(plugin: LoadedPlugin): readonly PluginFrontendRoute[] {
  return frontendOf(plugin).routes ?? [];
}

function pagesOf(plugin: LoadedPlugin): FrontendPage[] {
  return routesOf(plugin).map((route) => toPage(plugin, route));
}

function findRoute(
  plugin: LoadedPlugin,
  path: string,
): PluginFrontendRoute | undefined {
  const routes = routesOf(plugin);
  return routes.find((route) => route.path === path) ??
    routes.find((route) => samePath(route.path, path));
}

function samePath(a: string, b: string): boolean {
  return splitPath(a).join("/") === splitPath(b).join("/");
}

/** As the plugin wrote them: a client makes of them what it can. */
function fragmentsOf(
  plugin: LoadedPlugin,
): readonly FrontendFragment[] | undefined {
  return frontendOf(plugin).sharedFragments as FrontendFragment[] | undefined;
}
