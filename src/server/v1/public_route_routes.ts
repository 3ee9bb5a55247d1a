/**
 * `/api/v1/plugins/:id/public-routes`: which routes anybody may call.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import { describe, jsonBody, parameters } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import { type BodyOf, idSchema, type ParametersOf } from "./input.ts";
import { actorOf } from "./respond.ts";
import type { V1App } from "./v1_app.ts";

const paths = z.array(z.string().max(2_000)).max(100);
const reportSchema = z.object({
  requested: paths,
  allowed: paths,
  effective: paths,
});
const allowBody = z.object({ paths });

/** Adds the routes. */
export function addPublicRouteRoutes(v1: V1App, handler: PluginHandler): void {
  const tag = "plugins";
  v1.on(
    "get",
    "/plugins/:id/public-routes",
    describe({
      summary: "Which routes want to be public, and which are",
      tag,
      response: reportSchema,
    }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) =>
      context.json(handler.getPublicRoutes(context.req.valid("param").id)),
  );
  v1.on(
    "put",
    "/plugins/:id/public-routes",
    describe({
      summary: "Allow anybody to call routes",
      tag,
      response: reportSchema,
    }),
    parameters(idSchema),
    jsonBody(allowBody),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & BodyOf<typeof allowBody>
      >,
    ) => {
      const { id } = context.req.valid("param");
      const { paths } = context.req.valid("json");
      const result = handler.allowPublicRoutes(id, paths, actorOf(context));
      if (!result.success) throw result.cause;
      return context.json(handler.getPublicRoutes(id));
    },
  );
}
