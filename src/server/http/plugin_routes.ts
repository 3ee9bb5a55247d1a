/**
 * `/plugins/<id or name>/routes/*`: the routes of plugins, for who may use
 * them. Reading needs a viewer, everything else an operator; what is declared
 * and allowed to be public needs nobody.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { ServerEnv } from "../server_env.ts";
import { containedAnswer } from "./contained_answer.ts";
import { requireAccess } from "../v1/v1_app.ts";

/** What answers the requests for plugins. */
export type PluginGateway = Pick<PluginHandler, "fetch" | "isPublicRequest">;

const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Adds the routes. */
export function addPluginRoutes(
  app: Hono<ServerEnv>,
  prefix: string,
  gateway: PluginGateway,
): void {
  app.all(
    `${prefix}/plugins/:plugin/routes/*`,
    (context, next) => {
      if (gateway.isPublicRequest(context.req.raw)) return next();
      const reads = READS.has(context.req.method);
      return requireAccess(reads ? "viewer" : "operator")(context, next);
    },
    async (context: Context<ServerEnv>) =>
      containedAnswer(
        await gateway.fetch(withoutCredentials(context.req.raw)),
      ),
  );
}

/** Whether a request is for a route of a plugin, and not for the server's own. */
export function isPluginPath({ url }: Request, mount: string): boolean {
  const { pathname } = new URL(url);
  return [mount, ""].some((prefix) =>
    /^\/plugins\/[^/]+\/routes\//.test(pathname.slice(prefix.length)) &&
    pathname.startsWith(prefix)
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
