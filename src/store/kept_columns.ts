/**
 * Keeps the columns that a new version of a plugin drops from its table, so
 * that they come back, with their values, with a version that declares them.
 *
 * @module
 */
import { quoteIdentifier } from "./sql_text.ts";
import type { SqliteDriver } from "./sqlite_driver.ts";
import { tableKey } from "./table_key.ts";

/** Values of dropped columns, by table, column and rowid. */
export class KeptColumns {
  readonly #driver: SqliteDriver;

  /**
   * @param driver The database; it has the handler's tables.
   */
  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /**
   * Copies columns that are about to be dropped.
   *
   * @param table The table.
   * @param columns The columns.
   */
  keep(table: string, columns: readonly string[]): void {
    const rowid = columns.length === 0 ? "" : this.#rowid(table);
    for (const column of columns) {
      this.#forgetColumn(table, column);
      this.#driver.run(
        `INSERT INTO plugin_handler_kept_columns
          SELECT ?, ?, ${rowid}, ${quoteIdentifier(column)}
            FROM ${quoteIdentifier(table)}`,
        [table, column],
      );
    }
  }

  /**
   * Puts columns back that are about to be declared again. They come without
   * type and constraints, which bringing the table up to date adds: a row is
   * filled before anything demands that it is.
   *
   * @param table The table.
   * @param columns The columns that the table is to have and has not.
   */
  restore(table: string, columns: readonly string[]): void {
    const own = quoteIdentifier(table);
    for (const column of columns.filter((one) => this.#has(table, one))) {
      const name = quoteIdentifier(column);
      this.#driver.exec(`ALTER TABLE ${own} ADD COLUMN ${name}`);
      this.#driver.run(
        `UPDATE ${own} SET ${name} = kept.value
          FROM plugin_handler_kept_columns kept
          WHERE kept.table_name = ? AND kept.column_name = ?
          AND kept.row_id = ${own}.${this.#rowid(table)}`,
        [table, column],
      );
      this.#forgetColumn(table, column);
    }
  }

  /**
   * Forgets what was kept of a table.
   *
   * @param table The table.
   * @param unless The columns that somebody may still want back.
   */
  forget(table: string, unless: ReadonlySet<string> = new Set()): void {
    for (const column of this.columns(table)) {
      if (!unless.has(column)) this.#forgetColumn(table, column);
    }
  }

  /** The columns that are kept of a table. */
  columns(table: string): string[] {
    return this.#driver.all(
      `SELECT DISTINCT column_name FROM plugin_handler_kept_columns
        WHERE table_name = ?`,
      [table],
    ).map((row) => String(row.column_name));
  }

  #has(table: string, column: string): boolean {
    return this.#driver.get(
      `SELECT 1 FROM plugin_handler_kept_columns
        WHERE table_name = ? AND column_name = ?`,
      [table, column],
    ) !== undefined;
  }

  #forgetColumn(table: string, column: string): void {
    this.#driver.run(
      `DELETE FROM plugin_handler_kept_columns
        WHERE table_name = ? AND column_name = ?`,
      [table, column],
    );
  }

  #rowid(table: string): string {
    return tableKey(this.#driver, table).columns[0]!;
  }
}
