/**
 * Answers a request to one plugin: finds the route, reads the body, runs the
 * chain. Nothing here waits where nothing has to.
 *
 * @module
 */
import {
  ActionError,
  ConstraintError,
  MethodNotAllowedError,
  PluginError,
} from "../../shared/errors.ts";
import type { RouteMatch } from "../../routing/mod.ts";
import {
  actionFailed,
  type BoundRoute,
  type ChainInput,
  hostsTrouble,
  type LoadedPlugin,
} from "../../execution/mod.ts";
import { isTracing, pluginAttributes, withSpan } from "../../shared/tracing.ts";
import { type BodyLimits, parseBody, type ReadBody, readBody } from "./body.ts";
import type { ProblemOptions } from "./problem.ts";
import { respond } from "./respond.ts";
import { guardHeaders } from "../../shared/guard_headers.ts";

/** How requests are read. */
export interface DispatchOptions extends BodyLimits {
  /** Keeps what plugins' errors say from clients. @default it is shown */
  readonly hide?: ProblemOptions["hide"];
}

/** What a chain is called with, on its way. */
class RouteCall implements ChainInput {
  readonly request: Request;
  /** The request's, which looks at itself whenever it is asked. */
  readonly method: string;
  readonly params: ChainInput["params"];
  body: unknown = undefined;
  raw: ReadBody | undefined = undefined;
  answeredBy: number | undefined = undefined;

  constructor(
    request: Request,
    method: string,
    params: ChainInput["params"],
  ) {
    this.request = request;
    this.method = method;
    this.params = params;
  }
}

/**
 * Runs the route of a plugin that a request asks for.
 *
 * @param path The path below the plugin; its leading slash is optional and its
 * query string is ignored.
 * @returns What the last action returned.
 * @throws {PluginError} `ROUTE_NOT_FOUND`, `METHOD_NOT_ALLOWED`,
 * `INVALID_REQUEST`, `INVALID_BODY`, `BODY_TOO_LARGE`, `REQUEST_TIMEOUT`, and
 * whatever the chain throws; always as a rejection.
 */
export function dispatchRoute(
  plugin: LoadedPlugin,
  path: string,
  request: Request,
  options: DispatchOptions,
): Promise<unknown> {
  try {
    const { method } = request;
    const found = requireRoute(plugin, path, method);
    const call = new RouteCall(request, method, found.params);
    return Promise.resolve(run(plugin, found, call, options));
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * The same over HTTP.
 *
 * @returns The response that the last action's value makes.
 * @throws {PluginError} As above, and `ACTION_FAILED` where the value makes
 * none.
 */
export async function answerRoute(
  plugin: LoadedPlugin,
  path: string,
  request: Request,
  options: DispatchOptions,
): Promise<Response> {
  const { method } = request;
  const found = requireRoute(plugin, path, method);
  const call = new RouteCall(request, method, found.params);
  const value = await run(plugin, found, call, options);
  const failed = (cause: unknown) => answerFailed(plugin, found, call, cause);
  try {
    const { hide } = options;
    const response = await respond(value, request, { failed, hide });
    return plugin.runner.isolation === "process"
      ? guardResponse(response)
      : response;
  } catch (cause) {
    throw failed(cause);
  }
}

/**
 * Finds what a path means to a plugin.
 *
 * @returns The route, or the methods that the path serves.
 */
export function findRoute(
  plugin: LoadedPlugin,
  path: string,
  method: string,
): RouteMatch<BoundRoute> | undefined {
  return plugin.routes.match(method, path);
}

/** The error for a path that means nothing to a plugin. */
export function routeNotFound(
  { id, name }: LoadedPlugin,
  path: string,
): PluginError {
  return new PluginError(
    "ROUTE_NOT_FOUND",
    `Cannot answer "${path}" of plugin "${name}": it declares no such route; see getAllPluginRoutes()`,
    { pluginId: id },
  );
}

type FoundRoute = Extract<RouteMatch<BoundRoute>, { kind: "found" }>;

function requireRoute(
  plugin: LoadedPlugin,
  path: string,
  method: string,
): FoundRoute {
  const match = findRoute(plugin, path, method);
  if (match === undefined) throw routeNotFound(plugin, path);
  if (match.kind === "found") return match;
  throw new MethodNotAllowedError(
    `Cannot answer ${method} "${path}" of plugin "${plugin.name}": the route serves ${
      match.allow.join(", ")
    }`,
    { allow: match.allow, pluginId: plugin.id },
  );
}

function run(
  plugin: LoadedPlugin,
  { value }: FoundRoute,
  call: RouteCall,
  options: DispatchOptions,
): unknown {
  if (!isTracing()) return start(value, call, options);
  const { method } = call;
  const { path } = value.route;
  const attributes = {
    ...pluginAttributes(plugin),
    "http.request.method": method,
    "http.route": path,
  };
  return withSpan(
    `${method} ${path}`,
    { attributes },
    () => Promise.resolve(start(value, call, options)),
  );
}

function start(
  { route, run }: BoundRoute,
  call: RouteCall,
  options: DispatchOptions,
): unknown {
  const { request, method } = call;
  if (method === "GET" || method === "HEAD" || route.body === "raw") {
    return run(call);
  }
  const body = readBody(request, options);
  if (body instanceof Promise) return runOnceRead(run, call, body);
  if (body === undefined) return run(call);
  call.raw = body;
  const parsed = parseBody(body, request.headers.get("content-type"));
  if (parsed instanceof Promise) {
    return parsed.then((form) => {
      call.body = form;
      return run(call);
    });
  }
  call.body = parsed;
  return run(call);
}

async function runOnceRead(
  run: BoundRoute["run"],
  call: RouteCall,
  reading: Promise<ReadBody | undefined>,
): Promise<unknown> {
  const body = await reading;
  if (body !== undefined) {
    call.raw = body;
    const type = call.request.headers.get("content-type");
    call.body = await parseBody(body, type);
  }
  return await run(call);
}

function guardResponse(response: Response): Response {
  guardHeaders(response.headers);
  return response;
}

/** The chain has done its work, and what it returned is no answer. */
function answerFailed(
  plugin: LoadedPlugin,
  { value: { route } }: FoundRoute,
  { answeredBy }: RouteCall,
  cause: unknown,
): unknown {
  // It broke while it was read, and is named and counted already, or was cut
  // off by an unload.
  if (cause instanceof ActionError || cause instanceof ConstraintError) {
    return cause;
  }
  if (hostsTrouble(cause) === cause) return cause;
  if (cause instanceof PluginError && cause.code === "PLUGIN_NOT_LOADED") {
    return cause;
  }
  const index = answeredBy ?? Math.max(0, route.actions.length - 1);
  const action = route.actions[index] ?? "";
  const error = actionFailed(plugin, { action, index, cause });
  plugin.health.actionFailed(action, error);
  return error;
}
