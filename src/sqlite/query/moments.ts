/**
 * Moments: a `Date` in JavaScript, in SQLite a number of seconds or of
 * milliseconds, ISO text, or text as SQLite's own functions write it, which is
 * always UTC.
 *
 * @module
 */
import { quoteIdentifier } from "../sql/sql_text.ts";
import type { SqliteDriver } from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";

/** What a number in a column counts since 1970. */
export type MomentUnit = "s" | "ms";

const ZONE = /(?:z|[+-]\d\d:?\d\d|gmt|utc)\s*$/i;
const ISO_WITHOUT_ZONE =
  /^\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*$/;
const ISO_DAY = /^\s*\d{4}-\d\d-\d\d\s*$/;
/** Declared types whose cells are text, though their affinity is numeric. */
const TEXT_TYPES = /^(?:DATE|DATETIME|TIMESTAMP|TIME|JSON)\b/i;
/** In seconds the year 5138, in milliseconds 1973. */
const FIRST_OF_MS = 1e11;
const NUMBER_TYPES = /INT|REAL|FLOA|DOUB|NUMERIC|DECIMAL|BOOL/i;

/**
 * The moment that a text names; without a zone it is UTC, whatever the zone of
 * this process.
 */
export function parseMoment(text: string): Date {
  const iso = ISO_WITHOUT_ZONE.exec(text);
  if (iso !== null) return new Date(`${iso[1]}T${iso[2]}Z`);
  if (ISO_DAY.test(text) || ZONE.test(text)) return new Date(text);
  const inUtc = new Date(`${text} UTC`);
  return Number.isNaN(inUtc.getTime()) ? new Date(text) : inUtc;
}

/** Whether a value is text that begins as an ISO date does. */
export function isIsoText(value: unknown): value is string {
  return typeof value === "string" && /^\s*\d{4}-\d\d-\d\d/.test(value);
}

/**
 * What rows are to be older than: a moment where it is text of one, since any
 * number is less than any text.
 *
 * @throws {PluginError} `STORE_FAILED` for milliseconds where a column counts
 * seconds, of which every row would be older.
 */
export function ageLimit(
  column: string,
  value: unknown,
  unit: MomentUnit | undefined,
): unknown {
  if (isIsoText(value)) return parseMoment(value);
  if (unit === "s" && typeof value === "number" && value >= FIRST_OF_MS) {
    throw storeError(
      `Cannot compare "${column}" with ${value}: the column counts seconds, ` +
        "and these are milliseconds; give a Date",
    );
  }
  return value;
}

/**
 * The number that a moment is stored or compared as: whole seconds where the
 * column counts these, else milliseconds.
 *
 * @throws {PluginError} `STORE_FAILED` for an invalid date.
 */
export function momentNumber(date: Date, unit: MomentUnit | undefined): number {
  const time = date.getTime();
  if (Number.isNaN(time)) {
    throw storeError("Cannot bind an invalid date: SQLite has no such value");
  }
  return unit === "s" ? Math.floor(time / 1000) : time;
}

/**
 * A cell as the number that {@linkcode momentNumber} gives, whatever form the
 * cell has; NULL where it is no moment.
 */
export function momentSql(
  column: string,
  unit: MomentUnit | undefined,
): string {
  const fromText = unit === "s"
    ? `CAST(strftime('%s', ${column}) AS INTEGER)`
    : `CAST(round((julianday(${column}) - 2440587.5) * 86400000.0) AS INTEGER)`;
  const other = unit === undefined
    ? ""
    : ` WHEN 'integer' THEN ${column} WHEN 'real' THEN ${column}`;
  return `(CASE typeof(${column}) WHEN 'text' THEN ${fromText}${other} END)`;
}

/**
 * Refuses a column that holds numbers of which nobody knows what they count.
 *
 * @throws {PluginError} `STORE_FAILED`.
 */
export function assertDated(
  driver: SqliteDriver,
  tables: readonly string[],
  column: string,
): void {
  const type = declaredType(driver, tables, column);
  if (TEXT_TYPES.test(type) || !NUMBER_TYPES.test(type)) return;
  throw storeError(
    `Cannot compare "${column}" with a Date: the column is ${type}, and ` +
      `nothing says whether it counts seconds or milliseconds; define it with ` +
      `unit "s" or unit "ms", or give db.table() the parser ` +
      `{ UNIX: { ${JSON.stringify(column)}: "s" } }`,
  );
}

function declaredType(
  driver: SqliteDriver,
  tables: readonly string[],
  column: string,
): string {
  for (const table of tables) {
    const found = driver.all(`PRAGMA table_xinfo(${quoteIdentifier(table)})`)
      .find(({ name }) => String(name).toLowerCase() === column.toLowerCase());
    if (found !== undefined) return String(found.type ?? "");
  }
  return "";
}
