/**
 * `/api/v1/logs` and `/api/v1/events`: what happens, as it happens.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { eventStream } from "../observe/event_stream.ts";
import type { Observation } from "../observe/observation.ts";
import { describe, query } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import type { QueryOf } from "./input.ts";
import type { V1App } from "./v1_app.ts";

const logQuery = z.object({
  level: z.enum(["trace", "debug", "info", "warning", "error", "fatal"])
    .optional(),
  plugin: z.string().optional(),
  q: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
const logLine = z.object({
  id: z.number(),
  at: z.iso.datetime(),
  level: z.string(),
  category: z.array(z.string()),
  plugin: z.string().optional(),
  message: z.string(),
  properties: z.record(z.string(), z.unknown()),
});

/** Adds the routes. */
export function addObserveRoutes(v1: V1App, { hub, log }: Observation): void {
  const tag = "events";
  v1.on(
    "get",
    "/logs",
    describe({
      summary: "The latest lines of the log",
      tag,
      response: z.object({ items: z.array(logLine) }),
    }),
    query(logQuery),
    (context: Context<ServerEnv, string, QueryOf<typeof logQuery>>) =>
      context.json({ items: log.find(context.req.valid("query")) }),
  );
  v1.on(
    "get",
    "/events",
    describe({ summary: "What happens, as server-sent events", tag }),
    (context: Context<ServerEnv>) => {
      const types = context.req.query("types")?.split(",");
      return eventStream(
        hub,
        context.req.raw.signal,
        ({ type }) => types === undefined || types.includes(type),
      );
    },
  );
}
