/**
 * How SQLite is reached: the one interface between this library and a SQLite
 * binding. `node:sqlite` and an opened database of `@db/sqlite` implement it.
 *
 * @module
 */

/** A value that SQLite stores. */
export type SqliteValue = null | number | bigint | string | Uint8Array;

/**
 * What a parameter may be. Drivers bind `true` as 1, `false` as 0, a `Date` as
 * its ISO text, `undefined` as NULL and a whole number as INTEGER.
 */
export type SqliteParameter = SqliteValue | boolean | Date | undefined;

/**
 * A row as SQLite returns it: a plain object that belongs to the caller.
 * Integers beyond 2^53 arrive as `bigint`, all others as `number`.
 */
export type SqliteRow = Record<string, SqliteValue>;

/** What a statement that writes reports. */
export interface SqliteRunResult {
  /** The number of rows inserted, updated or deleted. */
  readonly changes: number;
  /**
   * The rowid of the last inserted row of the connection; a `bigint` where a
   * number cannot hold it.
   */
  readonly lastInsertRowid: number | bigint;
}

/**
 * A prepared statement. Every method takes exactly as many parameters as the
 * statement has placeholders, and throws `STORE_FAILED` otherwise.
 */
export interface SqliteStatement {
  /** Runs it for its effect. */
  run(...parameters: SqliteParameter[]): SqliteRunResult;
  /** Runs it for its first row. */
  get(...parameters: SqliteParameter[]): SqliteRow | undefined;
  /** Runs it for all rows. */
  all(...parameters: SqliteParameter[]): SqliteRow[];
}

/** How a transaction begins. */
export type TransactionMode = "DEFERRED" | "IMMEDIATE" | "EXCLUSIVE";

/** A connection to one SQLite database. */
export interface SqliteDriver {
  /** What it was opened with: a path or `:memory:`. */
  readonly path: string;
  /** Whether {@linkcode SqliteDriver.close} ran. */
  readonly closed: boolean;
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
  /** A statement from the cache, prepared at its first use. */
  prepare(sql: string): SqliteStatement;
  /** Prepares and runs a statement for its effect. */
  run(sql: string, parameters?: readonly SqliteParameter[]): SqliteRunResult;
  /** Prepares and runs a statement for its first row. */
  get(
    sql: string,
    parameters?: readonly SqliteParameter[],
  ): SqliteRow | undefined;
  /** Prepares and runs a statement for all rows. */
  all(sql: string, parameters?: readonly SqliteParameter[]): SqliteRow[];
  /**
   * Prepares a statement and runs it for each row of parameters. A driver has it
   * where that is cheaper than one call a row.
   */
  runMany?(
    sql: string,
    rows: readonly (readonly SqliteParameter[])[],
  ): SqliteRunResult[];
  /** Runs one or more statements without parameters. */
  exec(sql: string): void;
  /**
   * Runs `fn` in a transaction, nested ones in a savepoint: committed when it
   * returns, rolled back when it throws. The mode is `"IMMEDIATE"` by default,
   * so that what is read first does not keep it from waiting when it writes.
   */
  transaction<R>(fn: () => R, mode?: TransactionMode): R;
  /** Closes the connection; a second call does nothing. */
  close(): void;
}
