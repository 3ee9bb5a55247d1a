/**
 * The HTTP application: every request is checked, then known, then served.
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { PluginHandler } from "../handler/plugin_handler.ts";
import { AuditLog } from "../store/mod.ts";
import { Catalogue } from "./catalogue/catalogue.ts";
import { Repositories } from "./catalogue/repositories.ts";
import { Accounts } from "./auth/accounts.ts";
import type { Authenticator } from "./auth/authenticator.ts";
import { noAuthentication } from "./auth/no_authentication.ts";
import { type ConnectionInfo, peerOf, trustedAddresses } from "./http/peer.ts";
import { addPluginRoutes, isPluginPath } from "./http/plugin_routes.ts";
import { addConsoleRoutes } from "./console/console_routes.ts";
import { addProbes } from "./http/probes.ts";
import { Refusal } from "./http/problem.ts";
import { failureOf, problemResponse } from "./http/problem_response.ts";
import {
  checkHost,
  checkOrigin,
  isAllowedOrigin,
} from "./http/request_checks.ts";
import type { LogSink } from "./observe/log_ring.ts";
import { Observation } from "./observe/observation.ts";
import { type OpenApiDocument, openApiOf } from "./schemas.ts";
import type { ServerEnv } from "./server_env.ts";
import {
  type ResolvedServerOptions,
  resolveServerOptions,
  type ServerOptions,
} from "./server_options.ts";
import { addObserveRoutes } from "./v1/observe_routes.ts";
import { addPluginChangeRoutes } from "./v1/plugin_change_routes.ts";
import { addPluginListRoutes } from "./v1/plugin_routes.ts";
import { addCatalogueRoutes } from "./v1/catalogue_routes.ts";
import { addDataRoutes } from "./v1/data_routes.ts";
import { addPageRoutes } from "./v1/page_routes.ts";
import { addFleetRoutes } from "./v1/fleet_routes.ts";
import { addScheduleRoutes } from "./v1/schedule_routes.ts";
import { addUpdateRoutes } from "./v1/update_routes.ts";
import { UpdateWatch } from "./updates/update_watch.ts";
import { addPublicRouteRoutes } from "./v1/public_route_routes.ts";
import { addSettingsRoutes } from "./v1/settings_routes.ts";
import { addSessionRoutes } from "./v1/session_routes.ts";
import { addKeyRoutes, addUserRoutes } from "./v1/user_routes.ts";
import { failureResponse } from "./v2/dialect.ts";
import { v2App } from "./v2/v2_app.ts";
import { V1App } from "./v1/v1_app.ts";

/** An HTTP application over a handler. */
export interface Server extends AsyncDisposable {
  /**
   * Answers a request; it never rejects.
   *
   * @param request The request.
   * @param info What `Deno.serve` says of the connection. Without it nothing
   * counts as local.
   */
  readonly fetch: (
    request: Request,
    info?: ConnectionInfo,
  ) => Promise<Response>;
  /** The OpenAPI 3.1 document of `/api/v1`. */
  openapi(): Promise<OpenApiDocument>;
  /**
   * The one-time token that makes the first admin, for the host to print;
   * `undefined` where there are users, or after 15 minutes.
   */
  readonly firstToken: string | undefined;
  /**
   * What the host adds to LogTape's sinks, so that the latest lines can be read
   * over the API.
   */
  readonly logSink: LogSink;
  /**
   * Makes `/readyz` answer 503, so that balancers send nothing new, and ends the
   * streams of events, which `Deno.HttpServer.shutdown()` would wait for.
   * Requests are still answered. Streams of plugins go on: they end with their
   * requests, or when their plugins are unloaded.
   */
  stopServing(): void;
}

/**
 * Makes an HTTP application over a handler. It mounts under any prefix, and
 * `Deno.serve(createServer(handler).fetch)` is an agent.
 *
 * Permissions: those of the handler, and `--allow-net` for the address that it
 * is served at. Hashes of the original's users are verified in a Worker.
 *
 * @param handler The handler; the server keeps users, sessions and keys in its
 * database, and closes nothing of it.
 * @param options The settings.
 * @throws {PluginError} `INVALID_OPTIONS`.
 *
 * @example Asking who may sign in
 * ```ts
 * import { PluginHandler } from "@dockstat/plugin-handler";
 * import { createServer } from "@dockstat/plugin-handler/server";
 * import { assertEquals } from "@std/assert";
 *
 * await using handler = new PluginHandler(":memory:");
 * await using server = createServer(handler, { firstUser: "token" });
 * const response = await server.fetch(
 *   new Request("http://localhost/api/v1/session/state"),
 * );
 * assertEquals(await response.json(), {
 *   authentication: "local",
 *   users: false,
 *   firstUser: "token",
 *   canRegister: false,
 * });
 * ```
 */
export function createServer(
  handler: PluginHandler,
  options: ServerOptions = {},
): Server {
  const settings = resolveServerOptions(options);
  const accounts = settings.authentication === "local"
    ? new Accounts(handler.database.driver, {
      firstUser: settings.firstUser,
      jwtSecret: settings.jwtSecret,
      accessMs: settings.accessTokenMs,
      sessionMs: settings.sessionMs,
    })
    : undefined;
  const observation = new Observation(handler, settings.logLines);
  const repositories = new Repositories(handler.database.driver);
  const services: ServerServices = {
    handler,
    accounts,
    observation,
    updates: new UpdateWatch(handler, observation.hub),
    repositories,
    catalogue: new Catalogue(repositories, settings),
    settings,
  };
  const v1 = v1Application(services);
  const v2 = v2App({ ...services, options: settings });
  const state = { closing: false };
  const app = applicationOf({ v1: v1.app, v2 }, {
    settings,
    authenticator: authenticatorOf(settings, accounts),
    handler,
    observation,
    isReady: () => !state.closing,
  });
  return {
    fetch: async (request, info) => await app.fetch(request, { info }),
    openapi: () => openApiOf(v1.app),
    get firstToken() {
      return accounts?.firstUser.token?.token;
    },
    logSink: observation.log.sink,
    stopServing() {
      state.closing = true;
      observation.hub.end();
    },
    [Symbol.asyncDispose]() {
      state.closing = true;
      services.updates[Symbol.dispose]();
      observation[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

function authenticatorOf(
  { authentication, allowAnybody }: ResolvedServerOptions,
  accounts: Accounts | undefined,
): Authenticator {
  if (accounts !== undefined) return accounts.authenticator;
  return typeof authentication === "object"
    ? authentication
    : noAuthentication({ everywhere: allowAnybody });
}

/** What the routes work with. */
interface ServerServices {
  readonly handler: PluginHandler;
  readonly accounts: Accounts | undefined;
  readonly observation: Observation;
  readonly updates: UpdateWatch;
  readonly repositories: Repositories;
  readonly catalogue: Catalogue;
  readonly settings: ResolvedServerOptions;
}

/** All of `/api/v1`. */
function v1Application(services: ServerServices): V1App {
  const { accounts, observation, settings, handler, updates } = services;
  const v1 = new V1App();
  addSessionRoutes(v1, { accounts, options: settings });
  addObserveRoutes(v1, observation);
  const sources = {
    handler,
    series: observation.series,
    updates: updates.known,
  };
  addPluginListRoutes(v1, sources);
  const { allowPrivateHosts } = settings;
  addPluginChangeRoutes(v1, { ...sources, allowPrivateHosts });
  addUpdateRoutes(v1, updates, sources, settings);
  addScheduleRoutes(v1, handler);
  addFleetRoutes(v1, {
    fleet: settings.fleet,
    audit: new AuditLog(handler.database.driver),
  });
  addSettingsRoutes(v1, handler);
  addPublicRouteRoutes(v1, handler);
  addPageRoutes(v1, handler);
  addDataRoutes(v1, handler);
  addCatalogueRoutes(v1, services);
  if (accounts !== undefined) {
    addUserRoutes(v1, accounts);
    addKeyRoutes(v1, accounts);
  }
  v1.on(
    "get",
    "/openapi.json",
    async (context: Context) => context.json(await openApiOf(v1.app)),
  );
  return v1;
}

/** What stands in front of every route. */
interface FrontServices {
  readonly settings: ResolvedServerOptions;
  readonly authenticator: Authenticator;
  readonly handler: PluginHandler;
  readonly observation: Observation;
  readonly isReady: () => boolean;
}

function applicationOf(
  { v1, v2 }: Readonly<Record<"v1" | "v2", Hono<ServerEnv>>>,
  services: FrontServices,
): Hono<ServerEnv> {
  const { settings, handler, observation, isReady } = services;
  const app = new Hono<ServerEnv>();
  app.onError(answerFailure);
  app.notFound((context) => {
    const { pathname } = new URL(context.req.url);
    const state = `Cannot ${context.req.method} ${pathname}`;
    const error = new Refusal("NOT_FOUND", `${state}: there is no such route`);
    return answerFailure(error, context);
  });
  app.use("*", ...front(services));
  const { mount, fleet } = settings;
  const facts = { mount, hasFleet: fleet !== undefined };
  for (const prefix of new Set(["", mount])) {
    app.route(`${prefix}/api/v1`, v1);
    app.route(`${prefix}/api/v2`, v2);
    addPluginRoutes(app, prefix, handler);
    addConsoleRoutes(app, prefix, { handler, facts });
    addProbes(app, prefix, { isReady, metrics: () => observation.metrics() });
  }
  return app;
}

/** Says what failed, in the dialect that the client speaks. */
function answerFailure(error: unknown, context: Context): Response {
  const { pathname } = new URL(context.req.url);
  return pathname.includes("/api/v2/")
    ? failureResponse(error, context)
    : problemResponse(failureOf(error), pathname);
}

/** Checks the request, answers preflights, and finds out who asks. */
function front(
  { settings, authenticator, handler }: FrontServices,
): MiddlewareHandler<ServerEnv>[] {
  const isPublic = (request: Request) =>
    isPluginPath(request, settings.mount) && handler.isPublicRequest(request);
  const isTrusted = trustedAddresses(settings.trustedProxies);
  return [
    async (context, next) => {
      const { info } = context.env as { info?: ConnectionInfo };
      const { raw } = context.req;
      const peer = peerOf(raw, info, isTrusted);
      context.set("peer", peer);
      checkHost(raw, settings);
      const origin = context.req.header("origin");
      const readable = origin !== undefined &&
        isAllowedOrigin(origin, raw, peer, settings);
      if (raw.method === "OPTIONS" && origin !== undefined) {
        return preflight(raw, readable ? origin : undefined);
      }
      // Whoever calls a public route has no page and no session of ours.
      const isOpen = isPublic(raw);
      if (!isOpen) checkOrigin(raw, peer, settings);
      context.set("principal", await authenticator.authenticate(raw, peer));
      await next();
      context.res.headers.append("vary", "Origin");
      if (readable) allowOrigin(context.res.headers, origin);
    },
  ];
}

function preflight(request: Request, origin: string | undefined): Response {
  const headers = new Headers({ vary: "Origin" });
  if (origin !== undefined) {
    allowOrigin(headers, origin);
    const asked = request.headers;
    const method = asked.get("access-control-request-method");
    const names = asked.get("access-control-request-headers");
    if (method !== null) headers.set("access-control-allow-methods", method);
    if (names !== null) headers.set("access-control-allow-headers", names);
    headers.set("access-control-max-age", "600");
  }
  return new Response(null, { status: 204, headers });
}

function allowOrigin(headers: Headers, origin: string): void {
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-allow-credentials", "true");
}
