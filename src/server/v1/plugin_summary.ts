/**
 * A plugin as the console lists it: its row, how it is doing, and its calls.
 *
 * @module
 */
import { z } from "zod";
import type { HealthReport } from "../../execution/health/plugin_health.ts";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { ListedPlugin, UpdateCheck } from "../../management/mod.ts";
import { totalsOf } from "../observe/observation.ts";
import type { CallSeries } from "../observe/call_series.ts";
import { tokenDigest } from "../auth/secret_token.ts";

/** The states of a plugin. */
export const STATES = [
  "active",
  "degraded",
  "registered",
  "disabled",
  "quarantined",
  "failed",
] as const;

/** A plugin as it is listed. */
export const summarySchema = z.object({
  id: z.number(),
  name: z.string(),
  version: z.string(),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  author: z.record(z.string(), z.unknown()),
  repository: z.string(),
  repoType: z.string(),
  state: z.enum(STATES),
  reason: z.string().optional(),
  lastError: z.string().optional(),
  lastErrorAt: z.iso.datetime().optional(),
  retryAt: z.iso.datetime().optional(),
  signature: z.string(),
  pinned: z.string().optional(),
  update: z.object({ version: z.string() }).optional(),
  errorsLastHour: z.number(),
  requests: z.object({
    perMinute: z.array(z.number()),
    p50Ms: z.number(),
    p99Ms: z.number(),
  }),
  hasPages: z.boolean(),
  warnings: z.array(z.string()),
  etag: z.string(),
});

/** A plugin as it is listed. */
export type PluginSummary = z.infer<typeof summarySchema>;

/** What summaries are made of. */
export interface SummarySources {
  /** The handler. */
  readonly handler: PluginHandler;
  /** The calls of the last hour. */
  readonly series: CallSeries;
  /** What is known of new versions, by plugin id. */
  readonly updates: ReadonlyMap<number, UpdateCheck>;
}

/** All plugins, by id. */
export function summaries(sources: SummarySources): PluginSummary[] {
  const { handler } = sources;
  const health = handler.getHealth();
  const { signatures, warnings } = handler.getStatus();
  return handler.getAll().map((row) =>
    summaryOf(row, health[row.id]!, {
      ...sources,
      signature: signatures[row.id] ?? "unsigned",
      warnings: warnings.filter((text) => text.includes(`"${row.name}`)),
    })
  );
}

function summaryOf(
  row: ListedPlugin,
  report: HealthReport,
  { handler, series, updates, signature, warnings }: SummarySources & {
    readonly signature: string;
    readonly warnings: readonly string[];
  },
): PluginSummary {
  const { id } = row;
  const totals = totalsOf(report);
  const available = updates.get(id)?.available;
  const { reason, lastError, lastErrorAt, retryAt, state } = report;
  return {
    id,
    name: row.name,
    version: row.version,
    description: row.description ?? null,
    tags: row.tags ?? [],
    author: { ...row.author },
    repository: row.repository,
    repoType: row.repoType,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(lastErrorAt === undefined ? {} : { lastErrorAt: iso(lastErrorAt) }),
    ...(retryAt === undefined ? {} : { retryAt: iso(retryAt) }),
    signature,
    ...(row.pin === undefined ? {} : { pinned: row.pin }),
    ...(available ? { update: { version: available } } : {}),
    errorsLastHour: series.failuresOf(id, totals),
    requests: {
      perMinute: series.of(id).map(({ requests }) => requests),
      p50Ms: totals.p50Ms,
      p99Ms: totals.p99Ms,
    },
    hasPages: handler.hasFrontendRoutes(id),
    warnings: [...warnings],
    etag: etagOf(row, state),
  };
}

/** Changes with whatever an operator can change of a plugin. */
function etagOf(row: ListedPlugin, state: string): string {
  return `"${tokenDigest(JSON.stringify([row, state])).slice(0, 22)}"`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
