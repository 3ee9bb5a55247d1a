/**
 * Brings a table to what its owner declares now: columns that are no longer
 * declared are kept aside, and come back with a declaration that has them.
 *
 * @module
 */
import type { ConfinedDB } from "../confined_db.ts";
import type { SqliteDriver } from "../driver/sqlite_driver.ts";
import { quoteIdentifier } from "../sql/sql_text.ts";
import type { ColumnMap } from "./column_compiler.ts";
import type { ColumnDefinition } from "./column_definition.ts";
import type { KeptColumns, ReturningColumn } from "./kept_columns.ts";
import type { Parser } from "./table_types.ts";

/** What a table is declared as. */
export interface TableDeclaration {
  /** Its name. */
  readonly name: string;
  /** Its columns. */
  readonly columns: ColumnMap;
  /** Which columns are converted, beyond what their types say. */
  readonly parser?: Parser;
}

/** What a table is made with. */
export interface TableMakingParts {
  /** The database that the table is in. */
  readonly driver: SqliteDriver;
  /** The same, as the table's owner may use it. */
  readonly confined: ConfinedDB;
  /** Where dropped columns are kept. */
  readonly kept: KeptColumns;
}

/**
 * Makes a table, or brings its columns up to date.
 *
 * @throws {PluginError} `STORE_FAILED` where its rows do not fit.
 */
export function evolveTable(
  { driver, confined, kept }: TableMakingParts,
  table: TableDeclaration,
): boolean {
  const { name, columns, parser } = table;
  const before = columnsOf(driver, name);
  const after = Object.keys(columns);
  if (before.length > 0) {
    kept.keep(name, missingFrom(after, before));
    const back = missingFrom(before, after);
    kept.restore(name, back.map((one) => returning(table, one)));
  }
  confined.createTable(columns, { parser: parser as never });
  return before.length === 0;
}

function columnsOf(driver: SqliteDriver, table: string): string[] {
  return driver.all(`PRAGMA table_info(${quoteIdentifier(table)})`)
    .map(({ name }) => String(name));
}

/** SQLite tells names apart in any case. */
function missingFrom(
  names: readonly string[],
  columns: readonly string[],
): string[] {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return columns.filter((column) => !known.has(column.toLowerCase()));
}

/**
 * A version that runs again must find its table as it declares it, also where
 * the version in between made rows that know nothing of the column.
 */
function returning(
  { columns }: TableDeclaration,
  name: string,
): ReturningColumn {
  const definition = columns[name] as ColumnDefinition | undefined;
  const { type = "", notNull, default: given } = Object(definition);
  if (!notNull || given !== undefined) return { name };
  if (/INT|REAL|DOUB|FLOA|NUM|DEC|BOOL/i.test(type)) {
    return { name, fallback: 0 };
  }
  return { name, fallback: /JSON/i.test(type) ? "null" : "" };
}
