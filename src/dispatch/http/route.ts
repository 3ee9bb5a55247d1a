/**
 * Answers a request to one plugin: finds the route, reads the body, runs the
 * chain. Nothing here waits where nothing has to.
 *
 * @module
 */
import { MethodNotAllowedError, PluginError } from "../../shared/errors.ts";
import type { RouteMatch } from "../../routing/mod.ts";
import type { BoundRoute, LoadedPlugin } from "../../execution/mod.ts";
import { isTracing, pluginAttributes, withSpan } from "../../shared/tracing.ts";
import { readBody } from "./body.ts";

/** How requests are read. */
export interface DispatchOptions {
  /** How many bytes a request's body may have. */
  readonly maxBodyBytes: number;
}

/**
 * Runs the route of a plugin that a request asks for.
 *
 * @param plugin The plugin.
 * @param path The path below the plugin; its leading slash is optional and its
 * query string is ignored.
 * @param request The request.
 * @param options The limits.
 * @returns What the last action returned.
 * @throws {PluginError} `ROUTE_NOT_FOUND`, `METHOD_NOT_ALLOWED`,
 * `INVALID_REQUEST`, `INVALID_BODY`, `BODY_TOO_LARGE`, and whatever the chain
 * throws; always as a rejection.
 */
export function dispatchRoute(
  plugin: LoadedPlugin,
  path: string,
  request: Request,
  options: DispatchOptions,
): Promise<unknown> {
  try {
    const { method } = request;
    const match = plugin.routes.match(method, path);
    if (match?.kind !== "found") throw unmatched(plugin, path, method, match);
    return isTracing()
      ? runTraced(plugin, match, request, options)
      : run(match, request, options);
  } catch (error) {
    return Promise.reject(error);
  }
}

type FoundRoute = Extract<RouteMatch<BoundRoute>, { kind: "found" }>;

function run(
  { value: { route, run }, params }: FoundRoute,
  request: Request,
  options: DispatchOptions,
): Promise<unknown> {
  const { method } = request;
  if (method === "GET" || method === "HEAD" || route.body === "raw") {
    return Promise.resolve(run({ request, body: undefined, params }));
  }
  return readBody(request, options.maxBodyBytes)
    .then((body) => run({ request, body, params }));
}

function runTraced(
  plugin: LoadedPlugin,
  match: FoundRoute,
  request: Request,
  options: DispatchOptions,
): Promise<unknown> {
  const { path } = match.value.route;
  const attributes = {
    ...pluginAttributes(plugin),
    "http.request.method": request.method,
    "http.route": path,
  };
  return withSpan(
    `${request.method} ${path}`,
    { attributes },
    () => run(match, request, options),
  );
}

function unmatched(
  plugin: LoadedPlugin,
  path: string,
  method: string,
  match: Exclude<RouteMatch<BoundRoute>, FoundRoute> | undefined,
): PluginError {
  if (match === undefined) {
    return new PluginError(
      "ROUTE_NOT_FOUND",
      `Cannot answer "${path}" of plugin "${plugin.name}": it declares no such route; see getAllPluginRoutes()`,
      { pluginId: plugin.id },
    );
  }
  return new MethodNotAllowedError(
    `Cannot answer ${method} "${path}" of plugin "${plugin.name}": the route serves ${
      match.allow.join(", ")
    }`,
    { allow: match.allow, pluginId: plugin.id },
  );
}
