/**
 * From what a builder collected to SQL and parameters. Pure: it reaches no
 * database, and the same input gives the same text.
 *
 * @module
 */
import { assertExpression, type Condition } from "./conditions.ts";
import type { Join, QueryState } from "./query_state.ts";
import { quoteColumn, quoteIdentifier } from "../sql/sql_text.ts";
import { storeError } from "../store_error.ts";
import type { InsertOptions } from "../schema/table_types.ts";

/** A statement and its parameters, in the caller's form. */
export interface CompiledQuery {
  readonly sql: string;
  /** The conditions whose parameters are bound, in order. */
  readonly conditions: readonly Condition[];
}

/** What of the state a SELECT uses, and what it adds. */
export interface SelectOptions {
  /** The columns as SQL. @default those of the state */
  readonly columns?: string;
  /** Whether the state's limit and offset apply. @default true */
  readonly paged?: boolean;
  /** Takes the place of the state's limit. */
  readonly limit?: number;
}

/** The SELECT of a state. */
export function compileSelect(
  table: string,
  state: QueryState,
  { columns, paged = true, limit }: SelectOptions = {},
): string {
  const list = columns ?? selectList(state.columns);
  const sql = `SELECT ${list} FROM ${compileFrom(table, state)}` +
    `${compileWhere(state.conditions)}${compileOrder(state)}`;
  if (!paged) return sql;
  return sql + compilePage(limit ?? state.limit, state.offset);
}

/**
 * The SELECT that counts, or asks whether there is a row.
 *
 * @param state What was collected; limit, offset and columns do not matter.
 */
export function compileAggregate(
  table: string,
  state: QueryState,
  what: "count" | "exists",
): string {
  const rest = `FROM ${compileFrom(table, state)}` +
    compileWhere(state.conditions);
  return what === "count"
    ? `SELECT COUNT(*) AS result ${rest}`
    : `SELECT EXISTS (SELECT 1 ${rest}) AS result`;
}

/** The base table and everything joined to it. */
export function compileFrom(table: string, state: QueryState): string {
  const base = quoteIdentifier(table);
  if (state.joins.length === 0) return base;
  return base + state.joins.map((join) => compileJoin(table, join)).join("");
}

/**
 * The WHERE clause.
 *
 * @param conditions Conditions that must all hold.
 */
export function compileWhere(conditions: readonly Condition[]): string {
  if (conditions.length === 0) return "";
  let sql = ` WHERE ${conditions[0]!.sql}`;
  for (let i = 1; i < conditions.length; i++) {
    sql += ` AND ${conditions[i]!.sql}`;
  }
  return sql;
}

/**
 * An INSERT of one row.
 *
 * @param columns The columns that get a value; none for all defaults.
 */
export function compileInsert(
  table: string,
  columns: readonly string[],
  options: InsertOptions = {},
): string {
  const into = `INSERT${conflictClause(options)} INTO ${
    quoteIdentifier(table)
  }`;
  if (columns.length === 0) return `${into} DEFAULT VALUES`;
  const names = columns.map(quoteColumn).join(", ");
  const marks = columns.map(() => "?").join(", ");
  return `${into} (${names}) VALUES (${marks})`;
}

/** An INSERT that overwrites the given columns on a conflict. */
export function compileUpsert(
  table: string,
  columns: readonly string[],
): string {
  const sets = columns.map(quoteColumn)
    .map((column) => `${column} = excluded.${column}`).join(", ");
  return `${compileInsert(table, columns)} ON CONFLICT DO UPDATE SET ${sets}`;
}

/** An UPDATE. */
export function compileUpdate(
  table: string,
  assignments: string,
  conditions: readonly Condition[],
): string {
  return `UPDATE ${quoteIdentifier(table)} SET ${assignments}` +
    compileWhere(conditions);
}

/** Assignments of one parameter to each column. */
export function assignColumns(columns: readonly string[]): string {
  return columns.map((column) => `${quoteColumn(column)} = ?`).join(", ");
}

/** A DELETE. */
export function compileDelete(
  table: string,
  conditions: readonly Condition[],
): string {
  return `DELETE FROM ${quoteIdentifier(table)}${compileWhere(conditions)}`;
}

/** The DELETE that leaves the first row of each group of equal rows. */
export function compileDeleteDuplicates(
  table: string,
  columns: readonly string[],
  { key, conditions }: {
    readonly key: readonly string[];
    readonly conditions: readonly Condition[];
  },
): string {
  const keys = key.map(quoteColumn).join(", ");
  const name = quoteIdentifier(table);
  const ranked = `SELECT ${keys}, ROW_NUMBER() OVER (PARTITION BY ${
    columns.map(quoteColumn).join(", ")
  } ORDER BY ${keys}) AS place FROM ${name}${compileWhere(conditions)}`;
  const target = key.length > 1 ? `(${keys})` : keys;
  return `DELETE FROM ${name} WHERE ${target} IN ` +
    `(SELECT ${keys} FROM (${ranked}) WHERE place > 1)`;
}

/**
 * Refuses `desc()` without a column to sort by; `asc()` is the default anyway.
 */
export function assertSortable({ orderBy, direction }: QueryState): void {
  if (orderBy !== null || direction !== "DESC") return;
  throw storeError("Cannot sort: desc() needs a column, given by orderBy()");
}

function selectList(columns: readonly string[] | null): string {
  return columns === null ? "*" : columns.map(quoteColumn).join(", ");
}

function compileOrder(state: QueryState): string {
  assertSortable(state);
  const { orderBy, direction } = state;
  return orderBy === null
    ? ""
    : ` ORDER BY ${quoteColumn(orderBy)} ${direction ?? "ASC"}`;
}

function compilePage(limit: number | null, offset: number | null): string {
  if (limit === null && offset === null) return "";
  const page = ` LIMIT ${limit ?? -1}`;
  return offset === null ? page : `${page} OFFSET ${offset}`;
}

function conflictClause(options: InsertOptions): string {
  if (options.orIgnore) return " OR IGNORE";
  if (options.orReplace) return " OR REPLACE";
  if (options.orAbort) return " OR ABORT";
  if (options.orFail) return " OR FAIL";
  return options.orRollback ? " OR ROLLBACK" : "";
}

function compileJoin(base: string, join: Join): string {
  const target = quoteIdentifier(join.table) +
    (join.alias === undefined ? "" : ` AS ${quoteIdentifier(join.alias)}`);
  const sql = ` ${join.kind} JOIN ${target}`;
  if (join.kind === "CROSS") return sql;
  return `${sql} ON ${compileOn(base, join)}`;
}

function compileOn(base: string, join: Join): string {
  const { condition } = join;
  if (typeof condition === "string") {
    if (condition.trim() === "") throw emptyJoin();
    assertExpression("join on", condition);
    return condition;
  }
  const pairs = Object.entries(condition ?? {});
  if (pairs.length === 0) throw emptyJoin();
  const joined = join.alias ?? join.table;
  return pairs.map(([local, foreign]) =>
    `${qualify(base, local)} = ${qualify(joined, foreign!)}`
  ).join(" AND ");
}

function emptyJoin(): Error {
  return storeError("JOIN condition cannot be empty");
}

function qualify(table: string, name: string): string {
  const dot = typeof name === "string" ? name.indexOf(".") : -1;
  return dot < 0
    ? `${quoteIdentifier(table)}.${quoteColumn(name)}`
    : `${quoteIdentifier(name.slice(0, dot))}.${
      quoteColumn(name.slice(dot + 1))
    }`;
}
