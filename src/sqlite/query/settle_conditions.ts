/**
 * Brings conditions to the form that the cells have: a `Date` is compared with
 * the moment that a cell stands for, a string in a JSON column also with cells
 * that an older program stored without quotes.
 *
 * @module
 */
import { type Condition, isAmong } from "./conditions.ts";
import { toSqliteValue } from "../driver/bind.ts";
import {
  assertDated,
  isIsoText,
  momentNumber,
  momentSql,
  type MomentUnit,
  parseMoment,
} from "./moments.ts";
import type { RowTransformer } from "./row_transformer.ts";
import { quoteColumn } from "../sql/sql_text.ts";
import type { SqliteDriver } from "../driver/sqlite_driver.ts";
import { encodeJson } from "./stored_json.ts";
import { storeError } from "../store_error.ts";

/** What the cells of a query are. */
export interface CellContext {
  readonly driver: SqliteDriver;
  /** The tables that the columns are of. */
  readonly tables: readonly string[];
  readonly transformer: RowTransformer;
}

const LOOKS_NUMERIC = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** The conditions, of which most stay what they are. */
export function settleConditions(
  conditions: Condition[],
  context: CellContext,
): Condition[] {
  return conditions.map((condition) => {
    if (!needsSettling(condition, context.transformer)) return condition;
    return context.transformer.isJson(condition.column!)
      ? withUnquoted(condition)
      : asMoments(condition, context);
  });
}

/** Whether a condition is not yet in the form that the cells have. */
export function needsSettling(
  { column, question, parameters }: Condition,
  transformer: RowTransformer,
): boolean {
  if (column === undefined || question === undefined) return false;
  const hasUnit = transformer.unitOf(column) !== undefined;
  for (const value of parameters) {
    if (value instanceof Date || (hasUnit && isIsoText(value))) return true;
  }
  return transformer.isJson(column);
}

// A cell that looks like a number is one, and no string.
function withUnquoted(condition: Condition): Condition {
  const { column, parameters, question } = condition;
  const unquoted = parameters.filter((value) =>
    typeof value === "string" && encodeJson(value) !== value &&
    !LOOKS_NUMERIC.test(value)
  );
  if (question!.kind !== "among" || unquoted.length === 0) return condition;
  const values = [...parameters.map(encodeJson), ...unquoted];
  return among(condition, [{ subject: quoteColumn(column!), values }]);
}

function asMoments(condition: Condition, context: CellContext): Condition {
  const { column, parameters, question } = condition;
  const unit = context.transformer.unitOf(column!);
  if (unit === undefined) {
    assertDated(context.driver, context.tables, column!);
  }
  const name = quoteColumn(column!);
  const subject = momentSql(name, unit);
  if (question!.kind === "order") {
    const { spell, isRange } = question!;
    const values = parameters.map((value) => toMoment(column!, value, unit));
    if (unit === undefined || !isRange) return plain(spell(subject), values);
    const sql = `((${spell(name)} AND ${isNumber(name)}) OR ` +
      `(${isText(name)} AND ${spell(subject)}))`;
    return plain(sql, [...values, ...values]);
  }
  const given = unit === undefined
    ? parameters
    : parameters.map((value) => isIsoText(value) ? parseMoment(value) : value);
  const isMoment = (value: unknown): value is Date =>
    value instanceof Date && (unit !== undefined || isReadable(value));
  const moments = given.filter(isMoment)
    .map((date) => momentNumber(date, unit));
  const others = given.filter((value) => !isMoment(value));
  return among(
    condition,
    unit === undefined || question!.not
      ? [{ subject, values: moments }, { subject: name, values: others }]
      : [
        { subject: name, values: [...moments, ...others] },
        { subject, values: moments, given: isText(name) },
      ],
  );
}

// Numbers come before text, so that an index finds either.
function isNumber(column: string): string {
  return `${column} < ''`;
}

function isText(column: string): string {
  return `${column} >= ''`;
}

// The functions of SQLite know the years 0 to 9999; others equal their text.
function isReadable(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

function toMoment(
  column: string,
  value: unknown,
  unit: MomentUnit | undefined,
): unknown {
  if (value === null || value === undefined) return null;
  const date = typeof value === "string" ? parseMoment(value) : value;
  if (date instanceof Date) return momentNumber(date, unit);
  if (unit !== undefined) return value;
  throw storeError(
    `Cannot compare "${column}" with a Date and with ${String(value)} at once`,
  );
}

/** One condition that asks about several forms of a column. */
function among(
  { column, question }: Condition,
  lists: readonly {
    readonly subject: string;
    readonly values: readonly unknown[];
    /** What must hold besides. */
    readonly given?: string;
  }[],
): Condition {
  const { not, orNull } = question as { not: boolean; orNull: boolean };
  const parts: string[] = [];
  const parameters: unknown[] = [];
  for (const { subject, values, given } of lists) {
    if (values.length === 0) continue;
    const { sql, packed } = isAmong(subject, values, not);
    parts.push(given === undefined ? sql : `(${given} AND ${sql})`);
    if (packed) parameters.push(packList(values));
    else parameters.push(...values);
  }
  if (orNull) parts.push(`${quoteColumn(column!)} IS NULL`);
  return plain(`(${parts.join(not ? " AND " : " OR ")})`, parameters);
}

function plain(sql: string, parameters: readonly unknown[]): Condition {
  return { sql, parameters, replaceable: false };
}

/** Values as one parameter, for `json_each`. */
export function packList(values: readonly unknown[]): string {
  return `[${values.map(packValue).join()}]`;
}

function packValue(given: unknown): string {
  const value = toSqliteValue(given);
  if (typeof value === "string") return JSON.stringify(value.toWellFormed());
  if (typeof value !== "number") return String(value);
  // JavaScript leaves out digits of these.
  if (Number.isInteger(value)) return String(BigInt(value));
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "null" : `${value > 0 ? "" : "-"}9e999`;
}
