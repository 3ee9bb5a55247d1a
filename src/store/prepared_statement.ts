/**
 * A statement in the hands of a host.
 *
 * @module
 */
import type {
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
} from "./sqlite_driver.ts";

/** A prepared statement; its values are given by position. */
export class PreparedStatement {
  readonly #statement: SqliteStatement;

  /**
   * Takes a statement of a driver.
   *
   * @param statement The statement.
   */
  constructor(statement: SqliteStatement) {
    this.#statement = statement;
  }

  /**
   * Runs it for its effect.
   *
   * @param parameters The values.
   * @returns What it changed.
   */
  run(...parameters: SqliteParameter[]): SqliteRunResult {
    return this.#statement.run(...parameters);
  }

  /**
   * Runs it for its first row.
   *
   * @param parameters The values.
   * @returns The row; `null` where there is none.
   */
  get(...parameters: SqliteParameter[]): SqliteRow | null {
    return this.#statement.get(...parameters) ?? null;
  }

  /**
   * Runs it for all rows.
   *
   * @param parameters The values.
   * @returns The rows.
   */
  all(...parameters: SqliteParameter[]): SqliteRow[] {
    return this.#statement.all(...parameters);
  }
}
