/**
 * A prepared statement of `@db/sqlite` that binds and reads what the seam
 * promises.
 *
 * @module
 */
import { toSqliteValues } from "../bind.ts";
import { shrinkInteger } from "../row.ts";
import { countParameters } from "../../sql/sql_text.ts";
import type {
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  SqliteValue,
} from "../sqlite_driver.ts";
import { sqliteError, storeError } from "../../store_error.ts";

/** What is used of a statement of `@db/sqlite`. */
export interface DbSqliteStatement {
  /** Runs it for its effect; gives the number of changed rows. */
  run(...parameters: SqliteValue[]): number;
  /** Runs it for its first row. */
  get(...parameters: SqliteValue[]): Record<string, unknown> | undefined;
  /** Runs it for all rows. */
  all(...parameters: SqliteValue[]): Record<string, unknown>[];
  /** Lets go of it. */
  finalize(): void;
}

/** What is used of a `Database` of `@db/sqlite`. */
export interface DbSqliteDatabase {
  /** Whether it is open. */
  readonly open: boolean;
  /** The file, or `:memory:`. */
  readonly path: string;
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
  /** The rowid of the last inserted row. */
  readonly lastInsertRowId: number;
  /** Whether integers beyond 32 bits are read exactly. */
  int64: boolean;
  /** Prepares a statement. */
  prepare(sql: string): DbSqliteStatement;
  /** Runs statements. */
  exec(sql: string): number;
  /** Loads a native extension. */
  loadExtension?(path: string): void;
}

/** A statement of `@db/sqlite` that does what the seam promises. */
export class DbSqliteWrapped implements SqliteStatement {
  readonly #handle: DbSqliteDatabase;
  readonly #statement: DbSqliteStatement;
  readonly #sql: string;
  readonly #expected: number;

  /**
   * @param handle The connection.
   * @param sql One statement.
   */
  constructor(handle: DbSqliteDatabase, sql: string) {
    this.#handle = handle;
    this.#sql = sql;
    this.#expected = countParameters(sql);
    this.#statement = this.#attempt("prepare", () => handle.prepare(sql));
  }

  run(...parameters: unknown[]): SqliteRunResult {
    const values = this.#bindable(parameters);
    return this.#attempt("run", () => ({
      changes: this.#statement.run(...values),
      lastInsertRowid: Number(this.#handle.lastInsertRowId),
    }));
  }

  get(...parameters: unknown[]): SqliteRow | undefined {
    const values = this.#bindable(parameters);
    const row = this.#attempt("run", () => this.#statement.get(...values));
    return row === undefined ? undefined : plainRow(row);
  }

  all(...parameters: unknown[]): SqliteRow[] {
    const values = this.#bindable(parameters);
    return this.#attempt("run", () => this.#statement.all(...values))
      .map(plainRow);
  }

  /** Lets go of the statement. */
  finalize(): void {
    this.#statement.finalize();
  }

  // Without `int64` the library cuts integers off at 32 bits; the host's own
  // choice is put back.
  #attempt<R>(doing: string, step: () => R): R {
    const { int64 } = this.#handle;
    this.#handle.int64 = true;
    try {
      return step();
    } catch (error) {
      throw sqliteError(doing, this.#sql, error);
    } finally {
      this.#handle.int64 = int64;
    }
  }

  #bindable(parameters: readonly unknown[]): SqliteValue[] {
    if (parameters.length === this.#expected) {
      return toSqliteValues(parameters);
    }
    throw storeError(
      `Cannot run "${this.#sql}": it takes ${this.#expected} values, ` +
        `and ${parameters.length} were given`,
    );
  }
}

function plainRow(row: Record<string, unknown>): SqliteRow {
  const plain: SqliteRow = {};
  for (const [name, value] of Object.entries(row)) {
    plain[name] = shrinkInteger(value as SqliteValue);
  }
  return plain;
}
