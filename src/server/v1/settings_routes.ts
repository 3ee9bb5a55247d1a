/**
 * `/api/v1/plugins/:id/settings`: what an operator sets of a plugin. Secrets
 * are taken, and never given back.
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

const values = z.record(z.string(), z.unknown());
const settingsSchema = z.object({
  form: z.array(z.object({
    name: z.string(),
    type: z.string(),
    label: z.string(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    required: z.boolean(),
    options: z.array(z.unknown()).optional(),
    isSet: z.boolean(),
  })),
  values,
});
const changeBody = z.object({ values });

/** Adds the routes. */
export function addSettingsRoutes(v1: V1App, handler: PluginHandler): void {
  const tag = "settings";
  const shown = (id: number) => ({
    form: [...handler.getSettingsForm(id).fields],
    values: handler.getSettings(id),
  });
  v1.on(
    "get",
    "/plugins/:id/settings",
    describe({
      summary: "The settings of a plugin, and how to draw their form",
      tag,
      response: settingsSchema,
    }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) =>
      context.json(shown(context.req.valid("param").id)),
  );
  v1.on(
    "put",
    "/plugins/:id/settings",
    describe({
      summary: "Change settings; those that are left out stay",
      tag,
      response: settingsSchema,
    }),
    parameters(idSchema),
    jsonBody(changeBody),
    async (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & BodyOf<typeof changeBody>
      >,
    ) => {
      const { id } = context.req.valid("param");
      const { values } = context.req.valid("json");
      await handler.setSettings(id, values, actorOf(context));
      return context.json(shown(id));
    },
  );
}
