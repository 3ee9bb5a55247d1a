/**
 * Runs the queries that read.
 *
 * @module
 */
import { bindConditions, type Query } from "./query.ts";
import { compileAggregate, compileSelect } from "./query_compiler.ts";
import type { QueryState, RegexFilter } from "./query_state.ts";
import { quoteColumn } from "../sql/sql_text.ts";
import type { RowTransformer } from "./row_transformer.ts";
import { decodeJson } from "./stored_json.ts";
import type { SqliteRow, SqliteValue } from "../driver/sqlite_driver.ts";

/** The rows of a query, converted. */
export function readAll(query: Query, state: QueryState): SqliteRow[] {
  const transformer = query.transformerFor(state);
  if (state.filters.length > 0) {
    return transformer.decodeAll(readFiltered(query, state));
  }
  const sql = compileSelect(query.table, state);
  const values = bindConditions(state.conditions, transformer);
  return transformer.decodeAll(query.driver.all(sql, values));
}

/**
 * The first row of a query, converted.
 *
 * @returns The row, or null where there is none.
 */
export function readFirst(query: Query, state: QueryState): SqliteRow | null {
  if (state.filters.length > 0) return readAll(query, state)[0] ?? null;
  const transformer = query.transformerFor(state);
  const limit = state.limit === 0 ? 0 : 1;
  const sql = compileSelect(query.table, state, { limit });
  const values = bindConditions(state.conditions, transformer);
  const row = query.driver.get(sql, values);
  return row === undefined ? null : transformer.decode(row);
}

/** How many rows a query has, its limit and offset aside. */
export function countRows(query: Query, state: QueryState): number {
  if (state.filters.length > 0) {
    return readFiltered(query, unpaged(state)).length;
  }
  return Number(aggregate(query, state, "count"));
}

/** Whether a query has a row, its limit and offset aside. */
export function hasRows(query: Query, state: QueryState): boolean {
  if (state.filters.length > 0) return countRows(query, state) > 0;
  return aggregate(query, state, "exists") === 1;
}

/** The name under which a raw cell is read beside the selected columns. */
export function rawName(index: number): string {
  return `plugin_handler raw ${index}`;
}

/** Whether every pattern matches the row's raw cells. */
export function matches(
  row: SqliteRow,
  filters: readonly RegexFilter[],
  transformer: RowTransformer,
): boolean {
  return filters.every(({ column, pattern }, index) => {
    const cell = row[rawName(index)];
    if (cell === null || cell === undefined) return false;
    return pattern.test(asText(cell, transformer.isJson(column)));
  });
}

/** The columns of a SELECT that also reads raw cells. */
export function withRaw(columns: string, raw: readonly string[]): string {
  const extra = raw.map((column, index) =>
    `, ${quoteColumn(column)} AS ${quoteColumn(rawName(index))}`
  );
  return columns + extra.join("");
}

/** Takes the raw cells out of a row. */
export function dropRaw(row: SqliteRow, count: number): SqliteRow {
  for (let i = 0; i < count; i++) delete row[rawName(i)];
  return row;
}

function readFiltered(query: Query, state: QueryState): SqliteRow[] {
  const { filters, conditions, offset, limit } = state;
  const columns = withRaw(
    state.columns === null ? "*" : state.columns.map(quoteColumn).join(", "),
    filters.map(({ column }) => column),
  );
  const sql = compileSelect(query.table, state, { columns, paged: false });
  const transformer = query.transformerFor(state);
  const values = bindConditions(conditions, transformer);
  const start = offset ?? 0;
  return query.driver.all(sql, values)
    .filter((row) => matches(row, filters, transformer))
    .slice(start, limit === null ? undefined : start + limit)
    .map((row) => dropRaw(row, filters.length));
}

function aggregate(
  query: Query,
  state: QueryState,
  what: "count" | "exists",
): SqliteValue {
  const sql = compileAggregate(query.table, state, what);
  const transformer = query.transformerFor(state);
  const values = bindConditions(state.conditions, transformer);
  return query.driver.get(sql, values)!.result!;
}

function unpaged(state: QueryState): QueryState {
  return { ...state, limit: null, offset: null };
}

// A string in a JSON column is matched without its quotes.
function asText(cell: SqliteValue, isJson: boolean): string {
  if (cell instanceof Uint8Array) return new TextDecoder().decode(cell);
  const text = String(cell);
  return isJson && text.startsWith('"') ? String(decodeJson(text)) : text;
}
