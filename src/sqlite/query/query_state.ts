/**
 * What a builder has collected since its last terminal call.
 *
 * @module
 */
import type { Condition } from "./conditions.ts";
import type { NormalParser } from "./row_transformer.ts";

/** A filter that runs in JavaScript, on the cell as SQLite stores it. */
export interface RegexFilter {
  readonly column: string;
  readonly pattern: RegExp;
}

/** How a table is joined. */
export type JoinKind = "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS";

/** One joined table. */
export interface Join {
  readonly kind: JoinKind;
  readonly table: string;
  readonly alias?: string;
  /** Which of its columns are converted. */
  readonly parser: NormalParser;
  /** Absent for a cross join. */
  readonly condition?: string | Readonly<Record<string, string | undefined>>;
}

/** The collected parts of a query. */
export interface QueryState {
  conditions: Condition[];
  filters: RegexFilter[];
  joins: Join[];
  /** Null for every column. */
  columns: readonly string[] | null;
  orderBy: string | null;
  direction: "ASC" | "DESC" | null;
  limit: number | null;
  offset: number | null;
}

export function emptyState(): QueryState {
  return {
    conditions: [],
    filters: [],
    joins: [],
    columns: null,
    orderBy: null,
    direction: null,
    limit: null,
    offset: null,
  };
}
