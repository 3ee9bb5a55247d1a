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

const ROWID_NAMES = ["rowid", "_rowid_", "oid"] as const;

/**
 * The rowid of a table, under a name that no column hides, or else the primary
 * key.
 *
 * @param driver How the database is reached.
 * @param table The table.
 * @returns The columns.
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
