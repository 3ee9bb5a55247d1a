/**
 * Runs the loaders and actions of pages, by calling the plugin's own API
 * routes as a request from outside would.
 *
 * @module
 */
import {
  messageOf,
  PluginError,
  type PluginErrorCode,
} from "../../shared/errors.ts";
import { fitsInto } from "../../shared/text/value_size.ts";
import type {
  FrontendAction,
  FrontendLoader,
  HttpMethod,
} from "../../plugin/plugin.ts";
import type { LoadedPlugin, PluginRegistry } from "../../execution/mod.ts";
import { resolveOutcome } from "./action_outcome.ts";
import { type BindingScope, resolveBindings } from "./interpolate.ts";
import type { FrontendPages } from "./frontend_pages.ts";
import { LoaderCache } from "./loader_cache.ts";
import { toPageData } from "./page_data.ts";
import { toRequest } from "./page_request.ts";
import {
  type ActionResult,
  labelsOf,
  type LoaderResult,
  type PageContext,
  relabel,
  type RouteLoaderResults,
  toData,
  toState,
} from "./page_results.ts";

/** Runs a request against a plugin's API routes. */
export type DispatchToPlugin = (
  plugin: LoadedPlugin,
  path: string,
  request: Request,
) => Promise<unknown>;

/** Runs the loaders and actions of pages. */
export class FrontendRunner {
  readonly #registry: PluginRegistry;
  readonly #pages: FrontendPages;
  readonly #dispatch: DispatchToPlugin;
  readonly #unavailable: (id: number, act: string) => PluginError;
  readonly #textOf: (error: unknown) => string;
  /** By record, so that unloading a plugin forgets what it returned. */
  readonly #caches = new WeakMap<LoadedPlugin, LoaderCache<LoaderResult>>();

  /** @param options The pages, and how API routes are called. */
  constructor(
    registry: PluginRegistry,
    options: {
      readonly pages: FrontendPages;
      readonly dispatch: DispatchToPlugin;
      readonly unavailable: (id: number, act: string) => PluginError;
      /** What is shown of an error. @default its message */
      readonly textOf?: (error: unknown) => string;
    },
  ) {
    this.#registry = registry;
    this.#pages = options.pages;
    this.#dispatch = options.dispatch;
    this.#unavailable = options.unavailable;
    this.#textOf = options.textOf ?? messageOf;
  }

  /**
   * Runs all loaders of a page side by side. One that fails is reported in its
   * result, and does not fail the others.
   *
   * @returns The results, and where their data goes: `stateKey` into `state`,
   * `dataKey` into `data`, and where a loader has neither, under its id into
   * `data`.
   */
  async executeRouteLoaders(
    id: number,
    path: string,
    context: PageContext = {},
  ): Promise<RouteLoaderResults> {
    const scope = this.#scope(id, path, context);
    const results = await Promise.all(
      this.#pages.getRouteLoaders(id, path)
        .map((loader) => this.#load(id, loader, scope)),
    );
    const loaded = results.filter((it) => it.success);
    return {
      results,
      state: Object.fromEntries(loaded.flatMap(toState)),
      data: Object.fromEntries(loaded.flatMap(toData)),
    };
  }

  /**
   * Runs one loader of a page.
   *
   * @returns What became of it, or `null` where there is no such loader; it never
   * rejects.
   */
  async executeLoader(
    id: number,
    path: string,
    loaderId: string,
    context: PageContext = {},
  ): Promise<LoaderResult | null> {
    const loader = this.#pages.getLoader(id, path, loaderId);
    if (loader === null) {
      const error = this.#outOfService(id);
      return error === undefined
        ? null
        : { loaderId, success: false, error, loadedAt: Date.now() };
    }
    return await this.#load(id, loader, this.#scope(id, path, context));
  }

  /**
   * Runs an action of a page. `api` calls the plugin's API route; of the other
   * kinds the result says what the client shall do, with all bindings filled
   * in. What follows success or failure is filled in as well.
   *
   * @param context The page's state, and what the widget sends along.
   * @returns What became of it, or `null` where there is no such action; it never
   * rejects.
   */
  async executeAction(
    id: number,
    path: string,
    actionId: string,
    context: PageContext = {},
  ): Promise<ActionResult | null> {
    const action = this.#pages.getAction(id, path, actionId);
    const base = { actionId, executedAt: Date.now() };
    if (action === null) {
      const error = this.#outOfService(id);
      return error === undefined ? null : { ...base, success: false, error };
    }
    const scope = this.#scope(id, path, context);
    try {
      const data = await this.#perform(action, scope, { id, path });
      const result = {
        ...base,
        success: true,
        ...(data === undefined ? {} : { data }),
      };
      return { ...result, ...resolveOutcome(action, result, scope) };
    } catch (error) {
      const result = { ...base, success: false, error: this.#textOf(error) };
      return failedAction(action, result, scope);
    }
  }

  /** Why the pages of a plugin are gone, where somebody took it from service. */
  #outOfService(id: number): string | undefined {
    if (this.#registry.get(id) !== undefined) return undefined;
    const error = this.#unavailable(id, "ask");
    return OUT_OF_SERVICE.has(error.code) ? this.#textOf(error) : undefined;
  }

  #scope(id: number, path: string, context: PageContext): BindingScope {
    return {
      state: context.state ?? this.#pages.getInitialState(id, path),
      payload: context.payload,
    };
  }

  async #load(
    id: number,
    loader: FrontendLoader,
    scope: BindingScope,
  ): Promise<LoaderResult> {
    try {
      const body = resolveBindings(loader.body, scope);
      const run = () => this.#loadNow(id, loader, body);
      return await this.#loadCached(id, loader, { body, scope, run });
    } catch (error) {
      return notLoaded(loader, this.#textOf(error));
    }
  }

  async #loadCached(
    id: number,
    loader: FrontendLoader,
    { body, scope, run }: {
      readonly body: unknown;
      readonly scope: BindingScope;
      readonly run: () => Promise<LoaderResult>;
    },
  ): Promise<LoaderResult> {
    const { cache, apiRoute, method = "GET" } = loader;
    const plugin = this.#registry.get(id);
    if (plugin === undefined || cache === undefined || !(cache.ttl > 0)) {
      return await run();
    }
    const key = cache.key === undefined
      ? JSON.stringify([method, apiRoute, body])
      : String(resolveBindings(cache.key, scope));
    if (key.length > MAX_KEY) return await run();
    const keep = (result: LoaderResult) =>
      result.success && fitsInto(result.data, MAX_KEPT);
    const kept = await this.#cacheOf(plugin)
      .get(key, cache.ttl, { run, keep });
    return kept.loaderId === loader.id ? kept : relabel(kept, loader);
  }

  async #loadNow(
    id: number,
    loader: FrontendLoader,
    body: unknown,
  ): Promise<LoaderResult> {
    try {
      const data = await this.#call(id, loader.apiRoute, {
        method: loader.method ?? "GET",
        body,
      });
      return {
        ...labelsOf(loader),
        success: true,
        ...(data === undefined ? {} : { data }),
        loadedAt: Date.now(),
      };
    } catch (error) {
      return notLoaded(loader, this.#textOf(error));
    }
  }

  async #perform(
    action: FrontendAction,
    scope: BindingScope,
    page: { readonly id: number; readonly path: string },
  ): Promise<unknown> {
    switch (action.type) {
      case "api":
        return await this.#call(page.id, requireRoute(action, page.id), {
          method: action.method ?? "POST",
          body: resolveBindings(action.body, scope),
        });
      case "setState":
        return {
          stateUpdates: resolveBindings(action.stateUpdates ?? {}, scope),
        };
      case "navigate":
        return { path: resolveBindings(action.path, scope) };
      case "reload":
        return {
          loaderIds: action.loaderIds ??
            this.#pages.getRouteLoaders(page.id, page.path).map((it) => it.id),
        };
      case "custom":
        return { handler: action.handler, payload: scope.payload };
      default:
        throw unusable(action, page.id, `type "${action.type}" is unknown`);
    }
  }

  async #call(
    id: number,
    apiRoute: string,
    init: { readonly method: HttpMethod; readonly body: unknown },
  ): Promise<unknown> {
    const plugin = this.#registry.get(id);
    if (plugin === undefined) {
      throw this.#unavailable(id, `call "${apiRoute}" of`);
    }
    const request = toRequest(plugin, apiRoute, init);
    return await toPageData(await this.#dispatch(plugin, apiRoute, request));
  }

  #cacheOf(plugin: LoadedPlugin): LoaderCache<LoaderResult> {
    let cache = this.#caches.get(plugin);
    if (cache === undefined) {
      this.#caches.set(plugin, cache = new LoaderCache());
    }
    return cache;
  }
}

/** Keys and results of which 256 are kept for each plugin. */
/** What is said of a plugin that is installed, and kept from its pages. */
const OUT_OF_SERVICE: ReadonlySet<PluginErrorCode> = new Set([
  "PLUGIN_DISABLED",
  "PLUGIN_QUARANTINED",
  "LOAD_FAILED",
]);

const MAX_KEY = 4 * 1024;
const MAX_KEPT = 256 * 1024;

function notLoaded(loader: FrontendLoader, error: string): LoaderResult {
  return {
    ...labelsOf(loader),
    success: false,
    error,
    loadedAt: Date.now(),
  };
}

/** What follows may be as impossible to fill in as what went before. */
function failedAction(
  action: FrontendAction,
  result: ActionResult,
  scope: BindingScope,
): ActionResult {
  try {
    return { ...result, ...resolveOutcome(action, result, scope) };
  } catch {
    return result;
  }
}

function requireRoute(action: FrontendAction, pluginId: number): string {
  if (action.apiRoute !== undefined) return action.apiRoute;
  throw unusable(action, pluginId, "it names no apiRoute");
}

function unusable(
  action: FrontendAction,
  pluginId: number,
  state: string,
): PluginError {
  return new PluginError(
    "ACTION_FAILED",
    `Cannot run action "${action.id}" of a page: ${state}`,
    { pluginId },
  );
}
