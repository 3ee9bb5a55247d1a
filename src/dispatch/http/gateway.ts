/**
 * Serves the routes of all plugins over HTTP, under
 * `/plugins/<id or name>/routes/<path>` behind any prefix.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import type { LoadedPlugin, PluginRegistry } from "../../execution/mod.ts";
import { type ProblemOptions, problemResponse } from "./problem.ts";
import { respond } from "./respond.ts";
import { dispatchRoute } from "./route.ts";

/** What a gateway is made from. */
export interface GatewayOptions {
  /** The loaded plugins. */
  readonly registry: PluginRegistry;
  /** Whether a plugin of this id or name is stored; asked when none is loaded. */
  readonly isStored: (idOrName: string) => boolean;
  /** How many bytes a request's body may have. */
  readonly maxBodyBytes: number;
  /**
   * Renders stack traces for clients.
   *
   * @default none are shown
   */
  readonly stack?: ProblemOptions["stack"];
}

/** A request's plugin and the path below it. */
interface Target {
  /** The plugin's id or name, decoded. */
  readonly plugin: string;
  /** The path below `/routes`. */
  readonly path: string;
}

/** Answers HTTP requests with the routes of plugins. */
export class Gateway {
  readonly #options: GatewayOptions;
  #byName: ReadonlyMap<string, LoadedPlugin> = new Map();
  #generation = -1;

  /**
   * @param options The plugins and the limits.
   */
  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /**
   * Answers a request.
   *
   * @param request The request.
   * @returns The response; errors are problem details, so it never rejects.
   */
  async fetch(request: Request): Promise<Response> {
    try {
      const { plugin: key, path } = targetOf(request.url);
      const plugin = this.#find(key);
      if (request.method === "OPTIONS") return options(plugin, path);
      const value = await dispatchRoute(plugin, path, request, this.#options);
      return await respond(value, request);
    } catch (error) {
      return this.#problem(error, request);
    }
  }

  #problem(error: unknown, request: Request): Response {
    const { stack } = this.#options;
    const instance = new URL(request.url).pathname;
    const response = problemResponse(error, { instance, stack });
    if (request.method !== "HEAD") return response;
    const { status, headers } = response;
    return new Response(null, { status, headers });
  }

  #find(key: string): LoadedPlugin {
    const { registry, isStored } = this.#options;
    const found = (isId(key) ? registry.get(Number(key)) : undefined) ??
      this.#named(key);
    if (found !== undefined) return found;
    if (isStored(key)) {
      throw new PluginError(
        "PLUGIN_NOT_LOADED",
        `Cannot answer for plugin "${key}": it is installed, but not loaded; load it first`,
      );
    }
    throw new PluginError(
      "PLUGIN_NOT_FOUND",
      `Cannot answer for plugin "${key}": no plugin has this id or name`,
    );
  }

  #named(name: string): LoadedPlugin | undefined {
    const { registry } = this.#options;
    if (this.#generation !== registry.generation) {
      this.#byName = new Map([...registry].map((it) => [it.name, it]));
      this.#generation = registry.generation;
    }
    return this.#byName.get(name);
  }
}

function options(plugin: LoadedPlugin, path: string): Response {
  const match = plugin.routes.match("OPTIONS", path);
  if (match?.kind !== "method-not-allowed") {
    throw new PluginError(
      "ROUTE_NOT_FOUND",
      `Cannot answer "${path}" of plugin "${plugin.name}": it declares no such route; see getAllPluginRoutes()`,
      { pluginId: plugin.id },
    );
  }
  const allow = [...match.allow, "OPTIONS"].join(", ");
  return new Response(null, { status: 204, headers: { allow } });
}

const MOUNT = "/plugins/";
const ROUTES = "/routes";

/**
 * Takes a URL apart by its text: a `URL` object costs more than finding the
 * route does. `Request` has already normalised it.
 */
function targetOf(url: string): Target {
  const end = endOfPath(url);
  let mount = url.indexOf(MOUNT, url.indexOf("://") + 3);
  while (mount >= 0 && mount < end) {
    const start = mount + MOUNT.length;
    const slash = url.indexOf("/", start);
    const rest = slash + ROUTES.length;
    if (
      slash > start && rest <= end && url.startsWith(ROUTES, slash) &&
      (rest === end || url[rest] === "/")
    ) {
      return {
        plugin: decode(url.slice(start, slash)),
        path: url.slice(rest, end),
      };
    }
    mount = url.indexOf(MOUNT, start - 1);
  }
  throw new PluginError(
    "ROUTE_NOT_FOUND",
    "Cannot answer this path: plugins are served under /plugins/<id or name>/routes/<path>",
  );
}

function endOfPath(url: string): number {
  const fragment = url.indexOf("#");
  const end = fragment < 0 ? url.length : fragment;
  const query = url.indexOf("?");
  return query < 0 || query > end ? end : query;
}

function decode(key: string): string {
  if (!key.includes("%")) return key;
  try {
    return decodeURIComponent(key);
  } catch (cause) {
    throw new PluginError(
      "INVALID_REQUEST",
      `Cannot decode the plugin's name "${key}": its percent escapes are malformed`,
      { cause },
    );
  }
}

function isId(key: string): boolean {
  return /^\d+$/.test(key);
}
