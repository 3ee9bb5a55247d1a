/**
 * The raw handle that hosts of the original reached for: `run` and `query`.
 *
 * @module
 */
import { PreparedStatement } from "./prepared_statement.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
} from "./sqlite_driver.ts";

/** A database without tables or builders: SQL in, rows out. */
export class RawHandle {
  readonly #driver: SqliteDriver;

  /**
   * Takes an open connection.
   *
   * @param driver How the database is reached.
   */
  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /**
   * Runs a statement, or without parameters several.
   *
   * @param sql The SQL.
   * @param parameters The values for its placeholders.
   * @returns What the statement changed; of several, what the last one did.
   */
  run(sql: string, ...parameters: SqliteParameter[]): SqliteRunResult {
    if (parameters.length > 0) return this.#driver.run(sql, parameters);
    this.#driver.exec(sql);
    const row = this.#driver.get(
      "SELECT changes() AS changes, last_insert_rowid() AS id",
    )!;
    return {
      changes: Number(row.changes),
      lastInsertRowid: row.id as number | bigint,
    };
  }

  /**
   * Prepares a statement.
   *
   * @param sql One statement.
   * @returns The statement.
   */
  query(sql: string): PreparedStatement {
    return new PreparedStatement(this.#driver, sql);
  }

  /**
   * Prepares a statement.
   *
   * @param sql One statement.
   * @returns The statement.
   */
  prepare(sql: string): PreparedStatement {
    return new PreparedStatement(this.#driver, sql);
  }

  /**
   * Runs statements without parameters.
   *
   * @param sql One or more statements.
   */
  exec(sql: string): void {
    this.#driver.exec(sql);
  }

  /**
   * Reads rows.
   *
   * @param sql One statement.
   * @param parameters The values for its placeholders.
   * @returns The rows.
   */
  all(sql: string, ...parameters: SqliteParameter[]): SqliteRow[] {
    return this.#driver.all(sql, parameters);
  }
}
