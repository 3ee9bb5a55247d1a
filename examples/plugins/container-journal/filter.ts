/**
 * What a reader of the journal asks for.
 *
 * @module
 */
import type { QueryBuilder } from "@dockstat/plugin-handler/builder";
import { type Entry, EVENTS } from "./entry.ts";

/** Which entries are asked for. */
export interface Filter {
  /** What happened. */
  readonly event?: string;
  /** A part of the container's name, or the beginning of its id. */
  readonly container?: string;
  /** Nothing before this time, in Unix milliseconds. */
  readonly since?: number;
  /** Nothing after this time, in Unix milliseconds. */
  readonly until?: number;
  /** Only entries with lower numbers: where the next page begins. */
  readonly before?: number;
  /** How many entries. */
  readonly limit: number;
}

/** A filter, or what is wrong with the question. */
export type Reading = { readonly filter: Filter } | { readonly error: string };

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/**
 * Reads a filter from a query string or a body.
 *
 * @param given The fields; those that are empty do not count.
 * @returns The filter, or what is wrong.
 */
export function readFilter(given: Record<string, unknown>): Reading {
  const field = (name: string) => String(given[name] ?? "").trim();
  const event = field("event").replace(/^container:/, "");
  const container = field("container");
  const times = {
    since: toTime(field("since")),
    until: toTime(field("until")),
  };
  const before = toWhole(field("before"));
  const limit = toWhole(field("limit")) ?? DEFAULT_LIMIT;
  if (event !== "" && !(EVENTS as readonly string[]).includes(event)) {
    return { error: `event "${event}" is not one of ${EVENTS.join(", ")}` };
  }
  if (Number.isNaN(times.since) || Number.isNaN(times.until)) {
    return { error: "since and until must be dates or Unix milliseconds" };
  }
  if (Number.isNaN(before)) return { error: "before must be an entry's id" };
  if (!(limit >= 1 && limit <= MAX_LIMIT)) {
    return { error: `limit must be a whole number from 1 to ${MAX_LIMIT}` };
  }
  return {
    filter: {
      ...(event === "" ? {} : { event }),
      ...(container === "" ? {} : { container }),
      ...(times.since === undefined ? {} : { since: times.since }),
      ...(times.until === undefined ? {} : { until: times.until }),
      ...(before === undefined ? {} : { before }),
      limit,
    },
  };
}

/**
 * Reads the entries that match, newest first.
 *
 * @param table The plugin's table.
 * @param filter What is asked for.
 * @returns One entry more than asked for where there are more.
 */
export function findEntries(
  table: QueryBuilder<Entry>,
  { event, container, since, until, before, limit }: Filter,
): Entry[] {
  const query = table.select(["*"]).orderBy("id").desc().limit(limit + 1);
  if (event !== undefined) query.where("event", "=", event);
  if (before !== undefined) query.where("id", "<", before);
  if (since !== undefined) query.whereExpr("at >= ?", [since]);
  if (until !== undefined) query.whereExpr("at <= ?", [until]);
  if (container !== undefined) {
    query.whereExpr(
      "instr(container, ?) > 0 OR instr(containerId, ?) = 1",
      [container, container],
    );
  }
  return query.all();
}

function toWhole(text: string): number | undefined {
  if (text === "") return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : NaN;
}

function toTime(text: string): number | undefined {
  const whole = toWhole(text);
  return whole === undefined || !Number.isNaN(whole) ? whole : Date.parse(text);
}
