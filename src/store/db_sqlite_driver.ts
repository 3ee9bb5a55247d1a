/**
 * The driver over an opened `Database` of `@db/sqlite`, which is known by its
 * shape and never imported.
 *
 * @module
 */
import { toSqliteValues } from "./bind.ts";
import { confinementError } from "./confinement.ts";
import type { HostDriver, TableScope } from "./host_driver.ts";
import { shrinkInteger } from "./row.ts";
import { countParameters, quoteString } from "./sql_text.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  SqliteValue,
  TransactionMode,
} from "./sqlite_driver.ts";
import { StatementCache } from "./statement_cache.ts";
import { findEscape } from "./statement_guard.ts";
import { sqliteError, storeError } from "./store_error.ts";
import { TransactionStack } from "./transaction_stack.ts";

/** What is used of a statement of `@db/sqlite`. */
export interface DbSqliteStatement {
  run(...parameters: SqliteValue[]): number;
  get(...parameters: SqliteValue[]): Record<string, unknown> | undefined;
  all(...parameters: SqliteValue[]): Record<string, unknown>[];
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

/** How many statements are kept. */
const CACHED_STATEMENTS = 256;

/**
 * Whether something is an opened `Database` of `@db/sqlite`.
 *
 * @param handle Anything.
 * @returns Whether it has the shape.
 */
export function isDbSqliteDatabase(
  handle: unknown,
): handle is DbSqliteDatabase {
  if (typeof handle !== "object" || handle === null) return false;
  const candidate = handle as Partial<DbSqliteDatabase>;
  return typeof candidate.prepare === "function" &&
    typeof candidate.exec === "function" &&
    typeof candidate.path === "string" &&
    typeof candidate.open === "boolean" &&
    typeof candidate.lastInsertRowId === "number";
}

/**
 * A connection of `@db/sqlite`. It stays the host's: closing the driver lets
 * go of its statements only.
 */
export class DbSqliteDriver implements HostDriver {
  readonly owned = false;
  readonly #handle: DbSqliteDatabase;
  readonly #cache = new StatementCache<DbSqliteWrapper>(
    CACHED_STATEMENTS,
    (statement) => statement.finalize(),
  );
  readonly #transactions = new TransactionStack(this);
  #closed = false;

  /** @param handle The open database. */
  constructor(handle: DbSqliteDatabase) {
    this.#handle = handle;
    // The library binds neither of them by itself.
    this.exec("PRAGMA foreign_keys = ON");
    this.exec("PRAGMA busy_timeout = 5000");
  }

  get path(): string {
    return this.#handle.path;
  }

  get closed(): boolean {
    return this.#closed || !this.#handle.open;
  }

  get inTransaction(): boolean {
    return !this.closed && this.#handle.inTransaction;
  }

  prepare(sql: string): SqliteStatement {
    return this.#cache.take(sql, () => this.compile(sql));
  }

  run(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRunResult {
    return this.prepare(sql).run(...parameters);
  }

  get(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRow | undefined {
    return this.prepare(sql).get(...parameters);
  }

  all(sql: string, parameters: readonly SqliteParameter[] = []): SqliteRow[] {
    return this.prepare(sql).all(...parameters);
  }

  exec(sql: string): void {
    this.#assertOpen();
    try {
      this.#handle.exec(sql);
    } catch (error) {
      throw sqliteError("run", sql, error);
    }
  }

  transaction<R>(fn: () => R, mode?: TransactionMode): R {
    return this.#transactions.run(fn, mode);
  }

  close(): void {
    if (!this.closed) this.#cache.clear();
    this.#closed = true;
  }

  confined(scope: TableScope): SqliteDriver {
    return new GuardedDriver(this, scope);
  }

  // The definition was checked when it was compiled; nothing asks SQLite here.
  define(sql: string): void {
    this.exec(sql);
  }

  copyTo(path: string): void {
    this.exec(`VACUUM INTO ${quoteString(path)}`);
  }

  reopenAfter(): void {
    throw storeError(
      `Cannot restore into "${this.path}": its connection belongs to the host`,
    );
  }

  loadExtension(path: string): void {
    this.#assertOpen();
    try {
      this.#handle.loadExtension!(path);
    } catch (error) {
      throw sqliteError("load the extension", path, error);
    }
  }

  /**
   * Prepares a statement that is not kept.
   *
   * @param sql The statement.
   * @returns The statement.
   */
  compile(sql: string): DbSqliteWrapper {
    this.#assertOpen();
    return new DbSqliteWrapper(this.#handle, sql);
  }

  #assertOpen(): void {
    if (!this.closed) return;
    throw storeError(`Cannot use the database "${this.path}": it is closed`);
  }
}

/** A statement of `@db/sqlite` that does what the seam promises. */
class DbSqliteWrapper implements SqliteStatement {
  readonly #handle: DbSqliteDatabase;
  readonly #statement: DbSqliteStatement;
  readonly #sql: string;
  readonly #expected: number;

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

/** The driver behind a plugin's table: every statement is read first. */
class GuardedDriver implements SqliteDriver {
  readonly #host: DbSqliteDriver;
  readonly #scope: TableScope;
  readonly #checked = new StatementCache<true>(CACHED_STATEMENTS);

  constructor(host: DbSqliteDriver, scope: TableScope) {
    this.#host = host;
    this.#scope = scope;
  }

  get path(): string {
    return this.#host.path;
  }

  get closed(): boolean {
    return this.#host.closed;
  }

  get inTransaction(): boolean {
    return this.#host.inTransaction;
  }

  prepare(sql: string): SqliteStatement {
    this.#checked.take(sql, this.#check);
    return this.#host.prepare(sql);
  }

  run(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRunResult {
    return this.prepare(sql).run(...parameters);
  }

  get(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRow | undefined {
    return this.prepare(sql).get(...parameters);
  }

  all(sql: string, parameters: readonly SqliteParameter[] = []): SqliteRow[] {
    return this.prepare(sql).all(...parameters);
  }

  exec(): void {
    throw storeError(
      `Cannot run a script of plugin "${this.#scope.plugin}": ` +
        "its table takes single statements only",
    );
  }

  transaction<R>(fn: () => R, mode?: TransactionMode): R {
    return this.#host.transaction(fn, mode);
  }

  close(): void {}

  readonly #check = (sql: string): true => {
    const escape = findEscape(sql, this.#scope.table);
    if (escape === undefined) return true;
    throw confinementError(this.#scope, escape);
  };
}

function plainRow(row: Record<string, unknown>): SqliteRow {
  const plain: SqliteRow = {};
  for (const [name, value] of Object.entries(row)) {
    plain[name] = shrinkInteger(value as SqliteValue);
  }
  return plain;
}
