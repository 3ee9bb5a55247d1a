/**
 * Serves the routes of all plugins over HTTP.
 *
 * @module
 */
import type { PluginError } from "../../shared/errors.ts";
import type { LoadedPlugin, PluginRegistry } from "../../execution/mod.ts";
import { addressOf, pathnameOf } from "./plugin_address.ts";
import { type ProblemOptions, problemResponse } from "./problem.ts";
import {
  answerRoute,
  type DispatchOptions,
  findRoute,
  routeNotFound,
} from "./route.ts";

/** What a gateway is made from. */
export interface GatewayOptions extends DispatchOptions {
  /** The loaded plugins. */
  readonly registry: PluginRegistry;
  /** Says why no plugin of this id or name answers. */
  readonly unavailable: (idOrName: number | string, act: string) => PluginError;
  /** Whether an operator has allowed anybody to ask a path of a plugin. */
  readonly isAllowed: (pluginId: number, path: string) => boolean;
  /**
   * Renders stack traces for clients.
   *
   * @default none are shown
   */
  readonly stack?: ProblemOptions["stack"];
  /**
   * Keeps what plugins' errors say from clients.
   *
   * @default they are shown
   */
  readonly hide?: ProblemOptions["hide"];
}

/** Answers HTTP requests with the routes of plugins. */
export class Gateway {
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /**
   * Answers a request.
   *
   * @returns The response; errors are problem details, so it never rejects.
   */
  async fetch(request: Request): Promise<Response> {
    let instance: string | undefined;
    let response: Response;
    try {
      instance = pathnameOf(request.url);
      const address = addressOf(instance);
      const plugin = this.#find(address.plugin);
      response = request.method === "OPTIONS"
        ? allowed(plugin, address.path)
        : await answerRoute(plugin, address.path, request, this.#options);
    } catch (error) {
      const { stack, hide } = this.#options;
      response = problemResponse(error, { instance, stack, hide });
    }
    return request.method === "HEAD" ? withoutBody(response) : response;
  }

  /**
   * Whether a request may be answered whoever asks.
   *
   * @returns Whether its route declares itself public, and the operator allowed
   * it. What cannot be answered is not public.
   */
  isPublic(request: Request): boolean {
    try {
      const { plugin: key, path } = addressOf(pathnameOf(request.url));
      const plugin = this.#find(key);
      const match = findRoute(plugin, path, request.method);
      if (match?.kind !== "found") return false;
      const { route } = match.value;
      return route.isPublic === true &&
        this.#options.isAllowed(plugin.id, route.path);
    } catch {
      return false;
    }
  }

  #find(key: number | string): LoadedPlugin {
    const { registry, unavailable } = this.#options;
    const found = typeof key === "number"
      ? registry.get(key)
      : registry.named(key);
    if (found !== undefined) return found;
    throw unavailable(key, "answer for");
  }
}

/** Says which methods a path serves. */
function allowed(plugin: LoadedPlugin, path: string): Response {
  const match = findRoute(plugin, path, "OPTIONS");
  if (match?.kind !== "method-not-allowed") throw routeNotFound(plugin, path);
  const allow = [...match.allow, "OPTIONS"].join(", ");
  return new Response(null, { status: 204, headers: { allow } });
}

function withoutBody(response: Response): Response {
  if (response.body === null) return response;
  response.body.cancel().catch(() => {});
  const { status, statusText, headers } = response;
  return new Response(null, { status, statusText, headers });
}
