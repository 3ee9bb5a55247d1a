/**
 * Keeps the columns that a new version of a plugin drops from its table, so
 * that they come back, with their values, with a version that declares them.
 *
 * @module
 */
import { quoteIdentifier } from "../sql/sql_text.ts";
import type { SqliteDriver, SqliteParameter } from "../driver/sqlite_driver.ts";
import { tableKey } from "../query/table_key.ts";

/** A column that is to come back. */
export interface ReturningColumn {
  /** Its name. */
  readonly name: string;
  /**
   * What rows get that were made while it was gone.
   *
   * @default null
   */
  readonly fallback?: SqliteParameter;
}

/** Makes the table that the values are in. */
export const KEPT_COLUMNS_TABLE = `
CREATE TABLE IF NOT EXISTS plugin_handler_kept_columns (
  table_name TEXT NOT NULL COLLATE NOCASE,
  column_name TEXT NOT NULL COLLATE NOCASE,
  row_id INTEGER NOT NULL,
  value ANY,
  PRIMARY KEY (table_name, column_name, row_id)
) STRICT, WITHOUT ROWID;`;

/** Says that a column was there, in a table that may have had no rows. */
const MARK = "-9223372036854775808";

/** Values of dropped columns, by table, column and rowid. */
export class KeptColumns {
  readonly #driver: SqliteDriver;

  /** @param driver The database; it has {@linkcode KEPT_COLUMNS_TABLE}. */
  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /** Copies columns that are about to be dropped. */
  keep(table: string, columns: readonly string[]): void {
    const rowid = columns.length === 0 ? "" : this.#rowid(table);
    for (const column of columns) {
      this.#forgetColumn(table, column);
      this.#driver.run(
        `INSERT INTO plugin_handler_kept_columns
          SELECT ?1, ?2, ${rowid}, ${quoteIdentifier(column)}
            FROM ${quoteIdentifier(table)}
          UNION ALL SELECT ?1, ?2, ${MARK}, NULL`,
        [table, column],
      );
    }
  }

  /**
   * Puts columns back that are about to be declared again. They come without
   * type and constraints, which bringing the table up to date adds: a row is
   * filled before anything demands that it is.
   */
  restore(table: string, columns: readonly ReturningColumn[]): void {
    const kept = new Set(this.columns(table).map((one) => one.toLowerCase()));
    for (const column of columns) {
      if (!kept.has(column.name.toLowerCase())) continue;
      this.#restoreColumn(table, column);
      this.#forgetColumn(table, column.name);
    }
  }

  /** Forgets what was kept of a table. */
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

  #restoreColumn(table: string, { name, fallback }: ReturningColumn): void {
    const [own, column] = [quoteIdentifier(table), quoteIdentifier(name)];
    this.#driver.exec(`ALTER TABLE ${own} ADD COLUMN ${column}`);
    if (fallback !== undefined) {
      this.#driver.run(`UPDATE ${own} SET ${column} = ?`, [fallback]);
    }
    this.#driver.run(
      `UPDATE ${own} SET ${column} = kept.value
        FROM plugin_handler_kept_columns kept
        WHERE kept.table_name = ? AND kept.column_name = ?
        AND kept.row_id = ${own}.${this.#rowid(table)}`,
      [table, name],
    );
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
