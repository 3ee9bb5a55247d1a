/**
 * What tells the rows of a table apart.
 *
 * @module
 */
import { quoteIdentifier } from "../sql/sql_text.ts";
import type { SqliteDriver } from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";

/** What tells the rows of a table apart. */
export interface TableKey {
  /** The columns that together are unique; one for a rowid. */
  readonly columns: readonly string[];
  /** Whether the one column is the rowid. */
  readonly rowid: boolean;
}

/**
 * The lists of columns whose values together occur once only, the primary key
 * first. Of a plugin's table these are the ones that its definition made.
 */
export function uniqueKeys(driver: SqliteDriver, table: string): string[][] {
  const name = quoteIdentifier(table);
  const primary = driver.all(`PRAGMA table_xinfo(${name})`)
    .filter(({ pk }) => Number(pk) > 0)
    .sort((a, b) => Number(a.pk) - Number(b.pk))
    .map((column) => String(column.name));
  const indexes = driver.all(`PRAGMA index_list(${name})`)
    .filter((index) => index.unique === 1 && index.partial === 0)
    .map((index) => columnsOfIndex(driver, String(index.name)));
  return [primary, ...indexes].filter((key) => key.length > 0);
}

// One that the host made beside the table is none of the plugin's business.
function columnsOfIndex(driver: SqliteDriver, index: string): string[] {
  try {
    const columns = driver.all(`PRAGMA index_info(${quoteIdentifier(index)})`);
    const isPlain = columns.every(({ name }) => name !== null);
    return isPlain ? columns.map(({ name }) => String(name)) : [];
  } catch {
    return [];
  }
}

const ROWID_NAMES = ["rowid", "_rowid_", "oid"] as const;

/**
 * The rowid of a table, under a name that no column hides, or else the primary
 * key.
 *
 * @throws {PluginError} `STORE_FAILED` when there is no such table, or when
 * every name of its rowid is hidden.
 */
export function tableKey(driver: SqliteDriver, table: string): TableKey {
  const name = quoteIdentifier(table);
  const columns = driver.all(`PRAGMA table_xinfo(${name})`);
  if (columns.length === 0) {
    throw storeError(`Cannot change rows: no such table: ${table}`);
  }
  if (driver.get(`PRAGMA table_list(${name})`)?.wr === 1) {
    const primary = columns.filter(({ pk }) => Number(pk) > 0)
      .sort((a, b) => Number(a.pk) - Number(b.pk));
    return { columns: primary.map((c) => String(c.name)), rowid: false };
  }
  const taken = new Set(columns.map((c) => String(c.name).toLowerCase()));
  const free = ROWID_NAMES.find((candidate) => !taken.has(candidate));
  if (free === undefined) {
    throw storeError(
      `Cannot tell the rows of "${table}" apart: ` +
        "its columns hide every name of the rowid",
    );
  }
  return { columns: [free], rowid: true };
}
