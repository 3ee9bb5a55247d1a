/**
 * `/api/v1/schedules`: what runs by the clock.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { ScheduleStatus } from "../../plugin/schedule.ts";
import { describe, parameters } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import { idSchema, type ParametersOf } from "./input.ts";
import type { V1App } from "./v1_app.ts";

const runSchema = z.object({
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  ok: z.boolean(),
  error: z.string().optional(),
});
const listSchema = z.object({
  items: z.array(z.object({
    pluginId: z.number(),
    plugin: z.string(),
    name: z.string(),
    every: z.string(),
    timeZone: z.string().optional(),
    running: z.boolean(),
    nextAt: z.iso.datetime().optional(),
    last: runSchema.optional(),
  })),
});
const nameSchema = idSchema.extend({ name: z.string() });

/** Adds the routes. */
export function addScheduleRoutes(v1: V1App, handler: PluginHandler): void {
  const tag = "schedules";
  v1.on(
    "get",
    "/schedules",
    describe({ summary: "All schedules", tag, response: listSchema }),
    (context: Context<ServerEnv>) =>
      context.json({ items: handler.getSchedules().map(shown) }),
  );
  v1.on(
    "get",
    "/plugins/:id/schedules",
    describe({
      summary: "The schedules of a plugin",
      tag,
      response: listSchema,
    }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) => {
      const { id } = context.req.valid("param");
      return context.json({ items: handler.getSchedules(id).map(shown) });
    },
  );
  v1.on(
    "post",
    "/plugins/:id/schedules/:name/run",
    describe({ summary: "Run a schedule now", tag, response: runSchema }),
    parameters(nameSchema),
    async (
      context: Context<ServerEnv, string, ParametersOf<typeof nameSchema>>,
    ) => {
      const { id, name } = context.req.valid("param");
      return context.json(shownRun(await handler.runSchedule(id, name)));
    },
  );
}

function shown(schedule: ScheduleStatus) {
  const { pluginId, plugin, name, every, timeZone, running } = schedule;
  const { nextRunAt, lastRun } = schedule;
  return {
    pluginId,
    plugin,
    name,
    every,
    ...(timeZone === undefined ? {} : { timeZone }),
    running,
    ...(nextRunAt === undefined
      ? {}
      : { nextAt: new Date(nextRunAt).toISOString() }),
    ...(lastRun === undefined ? {} : { last: shownRun(lastRun) }),
  };
}

function shownRun(run: NonNullable<ScheduleStatus["lastRun"]>) {
  const { startedAt, durationMs, ok, error } = run;
  return {
    startedAt: new Date(startedAt).toISOString(),
    durationMs,
    ok,
    ...(error === undefined ? {} : { error }),
  };
}
