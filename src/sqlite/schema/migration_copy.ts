/**
 * Copies the rows of a table to its new definition, and finds the ones that do
 * not fit.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { type Conversion, convertCell } from "./json_conversion.ts";
import { quoteIdentifier } from "../sql/sql_text.ts";
import type { SqliteDriver } from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";
import { tableKey } from "../query/table_key.ts";
import type { MigrationOptions } from "./table_options.ts";

/** From where to where rows are copied. */
export interface RowCopy {
  /** The old table. */
  readonly table: string;
  /** The new table. */
  readonly temp: string;
  /** What happens to rows that do not fit. */
  readonly onConflict: NonNullable<MigrationOptions["onConflict"]>;
}

/** A column that both tables have. */
interface SharedColumn {
  readonly to: string;
  /** What the new cell is made of. */
  readonly cell: Conversion;
  /** What takes the place of NULL, which the new column refuses. */
  readonly fallback: string | undefined;
}

const CONFLICT_CLAUSES = {
  fail: "",
  ignore: " OR IGNORE",
  replace: " OR REPLACE",
};
/** How many offending rows a message names. */
const NAMED_ROWS = 5;

/**
 * Copies the columns that both tables have, by name in any case.
 *
 * @throws {PluginError} `STORE_FAILED` that names rows which do not fit.
 */
export function copyRows(driver: SqliteDriver, copy: RowCopy): void {
  const clause = CONFLICT_CLAUSES[copy.onConflict];
  if (clause === undefined) {
    throw storeError(
      `Cannot migrate the table "${copy.table}": ` +
        `"${String(copy.onConflict)}" is no way to handle conflicts`,
    );
  }
  const shared = sharedColumns(driver, copy);
  if (shared.length === 0) return;
  const { sql, values } = copyStatement(copy, shared, clause);
  try {
    driver.transaction(() => driver.run(sql, values));
  } catch (error) {
    throw describeFailure(driver, { copy, shared, error });
  }
}

function sharedColumns(driver: SqliteDriver, copy: RowCopy): SharedColumn[] {
  const old = new Map(
    columnsOf(driver, copy.table).map((column) => [
      String(column.name).toLowerCase(),
      { name: String(column.name), type: String(column.type) },
    ]),
  );
  const shared = columnsOf(driver, copy.temp).flatMap((column) => {
    const to = String(column.name);
    const from = old.get(to.toLowerCase());
    // A generated column computes its value.
    if (from === undefined || Number(column.hidden) > 1) return [];
    const hasFallback = column.notnull === 1 && column.dflt_value !== null;
    const fallback = hasFallback ? String(column.dflt_value) : undefined;
    const cell = convertCell(driver, {
      table: copy.table,
      column: from.name,
      from: from.type,
      to: String(column.type),
    });
    return [{ to, cell, fallback }];
  });
  return shared.length === 0 ? [] : [...shared, ...keptRowid(driver, copy)];
}

/**
 * Rows that are told apart by their rowid alone keep it; where a column holds
 * it, that column brings it along.
 */
function keptRowid(
  driver: SqliteDriver,
  { table, temp }: RowCopy,
): SharedColumn[] {
  const isHeld = columnsOf(driver, temp).some(({ pk, type }) =>
    pk === 1 && /^integer$/i.test(String(type))
  );
  if (isHeld) return [];
  const [from, to] = [tableKey(driver, table), tableKey(driver, temp)];
  if (!from.rowid || !to.rowid) return [];
  const cell = { sql: quoteIdentifier(from.columns[0]!), values: [] };
  return [{ to: to.columns[0]!, cell, fallback: undefined }];
}

function columnsOf(driver: SqliteDriver, table: string) {
  return driver.all(`PRAGMA table_xinfo(${quoteIdentifier(table)})`);
}

function copyStatement(
  { table, temp }: RowCopy,
  shared: readonly SharedColumn[],
  clause: string,
): Conversion {
  const targets = shared.map(({ to }) => quoteIdentifier(to)).join(", ");
  const sources = shared.map(({ cell: { sql }, fallback }) =>
    fallback === undefined ? sql : `COALESCE(${sql}, ${fallback})`
  ).join(", ");
  return {
    sql: `INSERT${clause} INTO ${quoteIdentifier(temp)} (${targets}) ` +
      `SELECT ${sources} FROM ${quoteIdentifier(table)}`,
    values: shared.flatMap(({ cell }) => cell.values),
  };
}

// Row by row, which tells apart the rows that fit from those that do not.
function describeFailure(
  driver: SqliteDriver,
  { copy, shared, error }: {
    readonly copy: RowCopy;
    readonly shared: readonly SharedColumn[];
    readonly error: unknown;
  },
): PluginError {
  const { columns } = tableKey(driver, copy.table);
  const keys = columns.map(quoteIdentifier);
  const all = copyStatement(copy, shared, "");
  const insert = `${all.sql} WHERE ${
    keys.map((key) => `${key} = ?`).join(" AND ")
  }`;
  const named: string[] = [];
  for (
    const row of driver.all(
      `SELECT ${
        keys.map((key, i) => `${key} AS ${quoteIdentifier(`key ${i}`)}`).join(
          ", ",
        )
      } ` +
        `FROM ${quoteIdentifier(copy.table)}`,
    )
  ) {
    const values = columns.map((_, i) => row[`key ${i}`]!);
    const reason = failureOf(() =>
      driver.run(insert, [...all.values, ...values])
    );
    if (reason === undefined) continue;
    named.push(`${columns.join(", ")} ${values.join(", ")} (${reason})`);
    if (named.length === NAMED_ROWS) break;
  }
  return storeError(
    `Cannot migrate the table "${copy.table}": rows stand in the way: ` +
      (named.join("; ") || messageOf(error)),
    error,
  );
}

function failureOf(step: () => unknown): string | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    const cause = error instanceof PluginError ? error.cause ?? error : error;
    return messageOf(cause);
  }
}
