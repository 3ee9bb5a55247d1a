/**
 * The half of `PluginHandler` that concerns pages.
 *
 * @module
 */
import type {
  ActionResult,
  FrontendPage,
  FrontendPages,
  FrontendRunner,
  FrontendSummary,
  LoaderResult,
  NavigationItem,
  OfPlugin,
  PageContext,
  PluginPages,
  RouteLoaderResults,
} from "../dispatch/mod.ts";
import type {
  FrontendAction,
  FrontendFragment,
  FrontendLoader,
  FrontendTemplate,
} from "../plugin/plugin.ts";

/** What the methods below hand on to. */
export interface PageRooms {
  /** What hands out pages. */
  readonly pages: FrontendPages;
  /** What runs their loaders and actions. */
  readonly pageRunner: FrontendRunner;
}

/** The methods of a handler that concern pages. */
export abstract class PageMethods {
  readonly #pages: FrontendPages;
  readonly #runner: FrontendRunner;

  /**
   * Keeps what the methods hand on to.
   *
   * @param rooms What the methods hand on to.
   */
  constructor(rooms: PageRooms) {
    this.#pages = rooms.pages;
    this.#runner = rooms.pageRunner;
  }

  /** The pages of all loaded plugins. */
  getAllFrontendRoutes(): FrontendPage[] {
    return this.#pages.getAllFrontendRoutes();
  }

  /** The loaded plugins that have pages, each with all that its pages share. */
  getFrontendRoutesByPlugin(): PluginPages[] {
    return this.#pages.getFrontendRoutesByPlugin();
  }

  /** How many pages there are. */
  getFrontendSummary(): FrontendSummary {
    return this.#pages.getFrontendSummary();
  }

  /** What a navigation shows, sorted by `navOrder`. */
  getFrontendNavigationItems(): NavigationItem[] {
    return this.#pages.getFrontendNavigationItems();
  }

  /**
   * Whether a plugin is loaded and has pages.
   *
   * @param id The plugin.
   */
  hasFrontendRoutes(id: number): boolean {
    return this.#pages.hasFrontendRoutes(id);
  }

  /**
   * One page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @returns The page, or undefined where there is none.
   */
  getFrontendRoute(id: number, path: string): FrontendPage | undefined {
    return this.#pages.getFrontendRoute(id, path);
  }

  /**
   * The template of a page, as the plugin wrote it.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @returns The template, or undefined where there is no such page.
   */
  getFrontendTemplate(id: number, path: string): FrontendTemplate | undefined {
    return this.#pages.getFrontendTemplate(id, path);
  }

  /**
   * The fragments that a plugin's pages share.
   *
   * @param id The plugin.
   */
  getSharedFragments(id: number): readonly FrontendFragment[] {
    return this.#pages.getSharedFragments(id);
  }

  /**
   * The loaders of a page: the plugin's global ones, the page's, then those of
   * its template whose ids are new.
   *
   * @param id The plugin.
   * @param path The page's path.
   */
  getRouteLoaders(id: number, path: string): (FrontendLoader & OfPlugin)[] {
    return this.#pages.getRouteLoaders(id, path);
  }

  /**
   * The actions of a page, in the same order.
   *
   * @param id The plugin.
   * @param path The page's path.
   */
  getRouteActions(id: number, path: string): (FrontendAction & OfPlugin)[] {
    return this.#pages.getRouteActions(id, path);
  }

  /**
   * One loader of a page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param loaderId The loader's id.
   * @returns The loader, or undefined where there is none.
   */
  getLoader(
    id: number,
    path: string,
    loaderId: string,
  ): (FrontendLoader & OfPlugin) | undefined {
    return this.#pages.getLoader(id, path, loaderId);
  }

  /**
   * One action of a page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param actionId The action's id.
   * @returns The action, or undefined where there is none.
   */
  getAction(
    id: number,
    path: string,
    actionId: string,
  ): (FrontendAction & OfPlugin) | undefined {
    return this.#pages.getAction(id, path, actionId);
  }

  /**
   * Runs all loaders of a page side by side; one that fails is reported and
   * does not fail the others.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param context The page's state, for bindings.
   * @returns The results, and the state and data that they make.
   */
  executeRouteLoaders(
    id: number,
    path: string,
    context?: PageContext,
  ): Promise<RouteLoaderResults> {
    return this.#runner.executeRouteLoaders(id, path, context);
  }

  /**
   * Runs one loader of a page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param loaderId The loader's id.
   * @param context The page's state, for bindings.
   * @returns What became of it; it never rejects.
   */
  executeLoader(
    id: number,
    path: string,
    loaderId: string,
    context?: PageContext,
  ): Promise<LoaderResult> {
    return this.#runner.executeLoader(id, path, loaderId, context);
  }

  /**
   * Runs an action of a page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param actionId The action's id.
   * @param context The page's state and the widget's payload, for bindings.
   * @returns What became of it, and what the client shall do; it never rejects.
   */
  executeAction(
    id: number,
    path: string,
    actionId: string,
    context?: PageContext,
  ): Promise<ActionResult> {
    return this.#runner.executeAction(id, path, actionId, context);
  }
}
