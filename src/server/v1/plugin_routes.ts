/**
 * `/api/v1/plugins`: what is installed, and how it is doing.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../http/problem.ts";
import { describe, parameters, query } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import {
  idSchema,
  pageQuery,
  type ParametersOf,
  type QueryOf,
} from "./input.ts";
import {
  type PluginSummary,
  STATES,
  summaries,
  summarySchema,
  type SummarySources,
} from "./plugin_summary.ts";
import { pageOf } from "./respond.ts";
import type { V1App } from "./v1_app.ts";

const TAG = "plugins";

const listQuery = z.object({
  state: z.enum(STATES).optional(),
  q: z.string().max(200).optional(),
});
const callSchema = z.object({
  calls: z.number(),
  failures: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});
const detailSchema = summarySchema.extend({
  routes: z.array(z.string()),
  hooks: z.array(z.string()),
  pages: z.array(z.object({
    path: z.string(),
    title: z.string(),
    icon: z.string().optional(),
  })),
  health: z.object({
    actions: z.record(z.string(), callSchema),
    hooks: z.record(z.string(), callSchema),
    loadMs: z.number().optional(),
    residentBytes: z.number().optional(),
    tableBytes: z.number().optional(),
    crashes: z.number(),
    lateErrors: z.number(),
    droppedEvents: z.number(),
  }),
});
const auditSchema = z.object({
  items: z.array(z.object({
    id: z.number(),
    at: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    plugin: z.string(),
    pluginId: z.number().nullable(),
    detail: z.string().nullable(),
    ok: z.boolean(),
  })),
  next: z.string().optional(),
});

/** Adds the routes. */
export function addPluginListRoutes(v1: V1App, sources: SummarySources): void {
  v1.on(
    "get",
    "/plugins",
    describe({
      summary: "The installed plugins",
      tag: TAG,
      response: z.object({ items: z.array(summarySchema) }),
    }),
    query(listQuery),
    (context: Context<ServerEnv, string, QueryOf<typeof listQuery>>) => {
      const { state, q } = context.req.valid("query");
      const items = summaries(sources).filter((plugin) =>
        (state === undefined || plugin.state === state) && matches(plugin, q)
      );
      return context.json({ items });
    },
  );
  v1.on(
    "get",
    "/plugins/:id",
    describe({ summary: "One plugin", tag: TAG, response: detailSchema }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) => {
      const summary = requireSummary(sources, context.req.valid("param").id);
      context.header("etag", summary.etag);
      return context.json({ ...summary, ...detailsOf(sources, summary) });
    },
  );
  addAuditRoutes(v1, sources);
}

/** What was done, to one plugin and to all. */
function addAuditRoutes(v1: V1App, { handler }: SummarySources): void {
  v1.on(
    "get",
    "/audit",
    describe({ summary: "What was done", tag: TAG, response: auditSchema }),
    query(pageQuery),
    (context: Context<ServerEnv, string, QueryOf<typeof pageQuery>>) =>
      context.json(auditPage(context.req.valid("query"))),
  );
  v1.on(
    "get",
    "/plugins/:id/audit",
    describe({
      summary: "What was done to a plugin",
      tag: TAG,
      response: auditSchema,
    }),
    parameters(idSchema),
    query(pageQuery),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & QueryOf<typeof pageQuery>
      >,
    ) => {
      const { id } = context.req.valid("param");
      return context.json(auditPage(context.req.valid("query"), id));
    },
  );

  function auditPage(
    page: { readonly limit: number; readonly cursor?: number },
    pluginId?: number,
  ) {
    const entries = handler.getAudit({ pluginId, limit: 10_000 });
    const { items, next } = pageOf(entries, page);
    return {
      items: items.map((entry) => ({
        id: entry.id,
        at: new Date(entry.at).toISOString(),
        actor: entry.actor,
        action: entry.action,
        plugin: entry.plugin,
        pluginId: entry.pluginId,
        detail: entry.detail,
        ok: entry.outcome === "done",
      })),
      ...(next === undefined ? {} : { next }),
    };
  }
}

/**
 * The summary of a plugin.
 *
 * @throws {Refusal} `NOT_FOUND`.
 */
export function requireSummary(
  sources: SummarySources,
  id: number,
): PluginSummary {
  const found = summaries(sources).find((plugin) => plugin.id === id);
  if (found !== undefined) return found;
  throw new Refusal("NOT_FOUND", `Cannot find plugin ${id}: there is none`);
}

function matches({ name, description, tags }: PluginSummary, q = ""): boolean {
  const wanted = q.toLowerCase();
  return [name, description ?? "", ...tags]
    .some((text) => text.toLowerCase().includes(wanted));
}

function detailsOf(
  { handler }: SummarySources,
  { id, name }: PluginSummary,
) {
  const health = handler.getHealth(id);
  const { actions, hooks, loadMs, residentBytes, tableBytes } = health;
  return {
    routes: handler.getAllPluginRoutes()
      .find(({ plugin }) => plugin === name)?.routes ?? [],
    hooks: Object.keys(handler.getHookHandlers().get(id) ?? {}),
    pages: handler.getFrontendNavigationItems()
      .filter(({ pluginId }) => pluginId === id)
      .map(({ path, title, icon }) => ({ path, title, icon })),
    health: {
      actions,
      hooks,
      loadMs,
      residentBytes,
      tableBytes,
      crashes: health.crashes,
      lateErrors: health.lateErrors,
      droppedEvents: health.droppedEvents,
    },
  };
}
