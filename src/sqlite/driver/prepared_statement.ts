/**
 * A statement in the hands of a host.
 *
 * @module
 */
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
} from "./sqlite_driver.ts";

/**
 * A prepared statement; its values are given by position. It outlives the
 * driver's cache, which prepares it again when needed.
 */
export class PreparedStatement {
  readonly #driver: SqliteDriver;
  readonly #sql: string;

  /**
   * Prepares a statement.
   *
   * @param driver How the database is reached.
   * @param sql One statement.
   */
  constructor(driver: SqliteDriver, sql: string) {
    driver.prepare(sql);
    this.#driver = driver;
    this.#sql = sql;
  }

  /**
   * Runs it for its effect.
   *
   * @param parameters The values.
   * @returns What it changed.
   */
  run(...parameters: SqliteParameter[]): SqliteRunResult {
    return this.#driver.run(this.#sql, parameters);
  }

  /**
   * Runs it for its first row.
   *
   * @param parameters The values.
   * @returns The row; `null` where there is none.
   */
  get(...parameters: SqliteParameter[]): SqliteRow | null {
    return this.#driver.get(this.#sql, parameters) ?? null;
  }

  /**
   * Runs it for all rows.
   *
   * @param parameters The values.
   * @returns The rows.
   */
  all(...parameters: SqliteParameter[]): SqliteRow[] {
    return this.#driver.all(this.#sql, parameters);
  }
}
