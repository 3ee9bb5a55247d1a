/**
 * `/plugins/<id or name>/routes/*`: the routes of plugins, for who may use
 * them. Reading needs a viewer, everything else an operator.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import type { ServerEnv } from "../server_env.ts";
import { requireAccess } from "../v1/v1_app.ts";

/** Answers the requests for plugins. */
export type PluginFetch = (request: Request) => Promise<Response>;

const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Adds the routes. */
export function addPluginRoutes(
  app: Hono<ServerEnv>,
  prefix: string,
  fetch: PluginFetch,
): void {
  app.all(
    `${prefix}/plugins/:plugin/routes/*`,
    (context, next) => {
      const reads = READS.has(context.req.method);
      return requireAccess(reads ? "viewer" : "operator")(context, next);
    },
    (context: Context<ServerEnv>) => fetch(withoutCredentials(context.req.raw)),
  );
}

/** What signs a person in is none of a plugin's business. */
function withoutCredentials(request: Request): Request {
  const headers = new Headers(request.headers);
  for (const name of ["authorization", "cookie", "x-api-key"]) {
    headers.delete(name);
  }
  return new Request(request, { headers });
}
