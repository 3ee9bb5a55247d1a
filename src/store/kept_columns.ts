/**
 * Keeps the columns that a new version of a plugin drops from its table, so
 * that they come back with the old version.
 *
 * @module
 */
import { quoteIdentifier } from "./sql_text.ts";
import type { SqliteDriver } from "./sqlite_driver.ts";

/** Columns that were dropped, a table of them for each plugin. */
export class KeptColumns {
  readonly #driver: SqliteDriver;

  /**
   * @param driver The database.
   */
  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /**
   * Copies columns that are about to be dropped.
   *
   * @param pluginId Whose table it is.
   * @param table The table.
   * @param columns The columns; what was kept before is forgotten.
   */
  keep(pluginId: number, table: string, columns: readonly string[]): void {
    this.forget(pluginId);
    if (columns.length === 0) return;
    const list = ["rowid AS kept_rowid", ...columns.map(quoteIdentifier)];
    this.#driver.exec(
      `CREATE TABLE ${keptTable(pluginId)} AS
        SELECT ${list.join(", ")} FROM ${quoteIdentifier(table)}`,
    );
  }

  /**
   * Fills columns that have come back with what was kept of them.
   *
   * @param pluginId Whose table it is.
   * @param table The table.
   * @param columns The columns that the table has now and had not before.
   */
  refill(pluginId: number, table: string, columns: readonly string[]): void {
    const kept = new Set(this.#columns(pluginId));
    const back = columns.filter((column) => kept.has(column));
    if (back.length === 0) return;
    const from = keptTable(pluginId);
    const own = quoteIdentifier(table);
    const sets = back.map(quoteIdentifier).map((column) =>
      `${column} = (SELECT k.${column} FROM ${from} k
        WHERE k.kept_rowid = ${own}.rowid)`
    );
    this.#driver.exec(
      `UPDATE ${own} SET ${sets.join(", ")}
        WHERE rowid IN (SELECT kept_rowid FROM ${from})`,
    );
    this.forget(pluginId);
  }

  /** Drops what was kept for a plugin. */
  forget(pluginId: number): void {
    this.#driver.exec(`DROP TABLE IF EXISTS ${keptTable(pluginId)}`);
  }

  #columns(pluginId: number): string[] {
    return this.#driver.all(
      `SELECT name FROM pragma_table_info(?) WHERE name <> 'kept_rowid'`,
      [`plugin_handler_kept_${pluginId}`],
    ).map((row) => String(row.name));
  }
}

function keptTable(pluginId: number): string {
  return quoteIdentifier(`plugin_handler_kept_${pluginId}`);
}
