/**
 * Words of SQL as constants and string builders, and the expressions that
 * serve as defaults.
 *
 * @module
 */
import type { DefaultExpression } from "../schema/column_definition.ts";
import { quoteString } from "./sql_text.ts";

/**
 * Makes a default that SQLite evaluates for each row.
 *
 * @param expression The SQL.
 * @returns The default.
 *
 * @example A default that counts from the rowid
 * ```ts
 * import { defaultExpr } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultExpr("abs(random())"), {
 *   _type: "expression",
 *   expression: "abs(random())",
 * });
 * ```
 */
export function defaultExpr(expression: string): DefaultExpression {
  return { _type: "expression", expression };
}

/** The date and time in UTC, in the one form that a `Date` writes. */
export const ISO_NOW: DefaultExpression = defaultExpr(
  "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
);

const ZONELESS_NOW = /^(?:CURRENT_TIMESTAMP|datetime\(\s*'now'\s*\))$/i;

/**
 * A default of a column of dates: now in SQLite's own form would sort before
 * all of the same day in the ISO form.
 */
export function inIsoForm<V extends string | number | boolean | null>(
  value: V | DefaultExpression | undefined,
): V | DefaultExpression | undefined {
  const text = typeof value === "object" && value !== null
    ? value.expression
    : value;
  const isNow = typeof text === "string" && ZONELESS_NOW.test(text.trim());
  return isNow ? ISO_NOW : value;
}

/** The names of the column types; `MODULE` is stored as text. */
export const SQLiteTypes = {
  INTEGER: "INTEGER",
  TINYINT: "TINYINT",
  SMALLINT: "SMALLINT",
  MEDIUMINT: "MEDIUMINT",
  BIGINT: "BIGINT",
  TEXT: "TEXT",
  VARCHAR: "VARCHAR",
  CHAR: "CHAR",
  CLOB: "CLOB",
  NCHAR: "NCHAR",
  NVARCHAR: "NVARCHAR",
  REAL: "REAL",
  DOUBLE: "DOUBLE",
  FLOAT: "FLOAT",
  NUMERIC: "NUMERIC",
  DECIMAL: "DECIMAL",
  BLOB: "BLOB",
  DATE: "DATE",
  DATETIME: "DATETIME",
  TIME: "TIME",
  TIMESTAMP: "TIMESTAMP",
  BOOLEAN: "BOOLEAN",
  JSON: "JSON",
  MODULE: "TEXT",
} as const;

/** Words that stand for values. */
export const SQLiteKeywords = {
  NULL: "NULL",
  TRUE: "1",
  FALSE: "0",
  CURRENT_TIME: "CURRENT_TIME",
  CURRENT_DATE: "CURRENT_DATE",
  CURRENT_TIMESTAMP: "CURRENT_TIMESTAMP",
} as const;

type Argument = string | number;

function call(name: string, ...args: (Argument | undefined)[]): string {
  return `${name}(${args.filter((arg) => arg !== undefined).join(", ")})`;
}

/**
 * The functions of SQLite as string builders. Expressions go in as they are;
 * formats and separators are quoted.
 */
export const SQLiteFunctions = {
  /** `DATE(value)`. */
  DATE: (value: string = "'now'", ...modifiers: string[]): string =>
    call("DATE", value, ...modifiers.map(quoteString)),
  /** `TIME(value)`. */
  TIME: (value: string = "'now'", ...modifiers: string[]): string =>
    call("TIME", value, ...modifiers.map(quoteString)),
  /** `DATETIME(value)`. */
  DATETIME: (value: string = "'now'", ...modifiers: string[]): string =>
    call("DATETIME", value, ...modifiers.map(quoteString)),
  /** `JULIANDAY(value)`. */
  JULIANDAY: (value: string = "'now'"): string => call("JULIANDAY", value),
  /** `STRFTIME('format', value)`. */
  STRFTIME: (format: string, value: string = "'now'"): string =>
    call("STRFTIME", quoteString(format), value),
  /** `UNIXEPOCH(value)`. */
  UNIXEPOCH: (value: string = "'now'"): string => call("UNIXEPOCH", value),
  /** `LENGTH(value)`. */
  LENGTH: (value: string): string => call("LENGTH", value),
  /** `LOWER(value)`. */
  LOWER: (value: string): string => call("LOWER", value),
  /** `UPPER(value)`. */
  UPPER: (value: string): string => call("UPPER", value),
  /** `TRIM(value)`. */
  TRIM: (value: string): string => call("TRIM", value),
  /** `LTRIM(value)`. */
  LTRIM: (value: string): string => call("LTRIM", value),
  /** `RTRIM(value)`. */
  RTRIM: (value: string): string => call("RTRIM", value),
  /** `SUBSTR(value, start, length)`. */
  SUBSTR: (value: string, start: number, length?: number): string =>
    call("SUBSTR", value, start, length),
  /** `REPLACE(value, search, replacement)`. */
  REPLACE: (value: string, search: string, replacement: string): string =>
    call("REPLACE", value, search, replacement),
  /** `INSTR(value, search)`. */
  INSTR: (value: string, search: string): string =>
    call("INSTR", value, search),
  /** `ABS(value)`. */
  ABS: (value: Argument): string => call("ABS", value),
  /** `ROUND(value, digits)`. */
  ROUND: (value: Argument, digits?: number): string =>
    call("ROUND", value, digits),
  /** `RANDOM()`. */
  RANDOM: (): string => "RANDOM()",
  /** `HEX(value)`. */
  HEX: (value: string): string => call("HEX", value),
  /** `RANDOMBLOB(length)`. */
  RANDOMBLOB: (length: number): string => call("RANDOMBLOB", length),
  /** `COUNT(value)`; `COUNT(*)` without one. */
  COUNT: (value: string = "*"): string => call("COUNT", value),
  /** `SUM(value)`. */
  SUM: (value: string): string => call("SUM", value),
  /** `AVG(value)`. */
  AVG: (value: string): string => call("AVG", value),
  /** `MIN(value)`. */
  MIN: (...values: Argument[]): string => call("MIN", ...values),
  /** `MAX(value)`. */
  MAX: (...values: Argument[]): string => call("MAX", ...values),
  /** `TOTAL(value)`. */
  TOTAL: (value: string): string => call("TOTAL", value),
  /** `GROUP_CONCAT(value, 'separator')`. */
  GROUP_CONCAT: (value: string, separator?: string): string =>
    call(
      "GROUP_CONCAT",
      value,
      separator === undefined ? undefined : quoteString(separator),
    ),
  /** `COALESCE(values)`. */
  COALESCE: (...values: Argument[]): string => call("COALESCE", ...values),
  /** `IFNULL(value, fallback)`. */
  IFNULL: (value: Argument, fallback: Argument): string =>
    call("IFNULL", value, fallback),
  /** `NULLIF(a, b)`. */
  NULLIF: (a: Argument, b: Argument): string => call("NULLIF", a, b),
  /** `TYPEOF(value)`. */
  TYPEOF: (value: Argument): string => call("TYPEOF", value),
  /** `JSON(value)`. */
  JSON: (value: string): string => call("JSON", value),
  /** `JSON_VALID(value)`. */
  JSON_VALID: (value: string): string => call("JSON_VALID", value),
  /** `JSON_EXTRACT(value, 'path')`. */
  JSON_EXTRACT: (value: string, path: string): string =>
    call("JSON_EXTRACT", value, quoteString(path)),
  /** `JSON_ARRAY_LENGTH(value)`. */
  JSON_ARRAY_LENGTH: (value: string): string =>
    call("JSON_ARRAY_LENGTH", value),
} as const;

/** A default expression that can also be called, to the same end. */
export type CallableExpression =
  & (() => DefaultExpression)
  & DefaultExpression;

function callable(expression: string): CallableExpression {
  const plain = defaultExpr(expression);
  return Object.assign(() => plain, plain);
}

/** The expressions of {@linkcode sql}. */
export interface ExpressionWords {
  /**
   * The date and time in UTC; as the default of a column of dates in the form
   * that a `Date` writes.
   */
  readonly now: CallableExpression;
  /** The same as `now`. */
  readonly currentTimestamp: CallableExpression;
  /** The date in UTC. */
  readonly currentDate: CallableExpression;
  /** The time in UTC. */
  readonly currentTime: CallableExpression;
  /** The seconds since 1970. */
  readonly unixTimestamp: CallableExpression;
  /** Any expression. */
  raw(text: string): DefaultExpression;
  /** NULL. */
  null(): DefaultExpression;
  /** The number that stands for true. */
  true(): DefaultExpression;
  /** The number that stands for false. */
  false(): DefaultExpression;
}

/**
 * Expressions for defaults, and every builder of {@linkcode SQLiteFunctions}.
 *
 * @example A default that SQLite evaluates
 * ```ts
 * import { column, sql } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(column.text({ default: sql.currentDate() }), {
 *   type: "TEXT",
 *   default: { _type: "expression", expression: "CURRENT_DATE" },
 * });
 * ```
 */
export const sql: typeof SQLiteFunctions & ExpressionWords = {
  ...SQLiteFunctions,
  now: callable("datetime('now')"),
  currentTimestamp: callable("CURRENT_TIMESTAMP"),
  currentDate: callable("CURRENT_DATE"),
  currentTime: callable("CURRENT_TIME"),
  unixTimestamp: callable("strftime('%s', 'now')"),
  raw: (text) => defaultExpr(text),
  null: () => defaultExpr("NULL"),
  true: () => defaultExpr("1"),
  false: () => defaultExpr("0"),
};
