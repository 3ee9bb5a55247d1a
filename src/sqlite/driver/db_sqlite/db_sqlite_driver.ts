/**
 * The driver over an opened `Database` of `@db/sqlite`, which is known by its
 * shape and never imported.
 *
 * @module
 */
import {
  type DbSqliteDatabase,
  type DbSqliteStatement,
  DbSqliteWrapped,
} from "./db_sqlite_statement.ts";
import { confinementError } from "../confinement.ts";
import { findCall } from "./find_table_escape.ts";
import { GuardedDriver } from "./guarded_driver.ts";
import type { HostDriver, TableScope } from "../host_driver.ts";
import { SQLITE_DEFAULTS } from "../../options.ts";
import { isOwnFunction } from "../own_functions.ts";
import { PreparedDriver } from "../prepared_driver.ts";
import { quoteString } from "../../sql/sql_text.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRunResult,
  SqliteStatement,
  TransactionMode,
} from "../sqlite_driver.ts";
import { StatementCache } from "../statement_cache.ts";
import { sqliteError } from "../../sqlite_error.ts";
import { closedError, storeError } from "../../store_error.ts";
import { TransactionStack } from "../transaction_stack.ts";

/** A kept statement goes on reading the columns that it was prepared with. */
const CHANGES_SCHEMA = /\b(?:CREATE|ALTER|DROP|ATTACH)\b/i;

/** Whether something is an opened `Database` of `@db/sqlite`. */
export function isDbSqliteDatabase(
  handle: unknown,
): handle is DbSqliteDatabase {
  if (typeof handle !== "object" || handle === null) return false;
  const candidate = handle as Partial<DbSqliteDatabase>;
  return typeof candidate.prepare === "function" &&
    typeof candidate.exec === "function" &&
    typeof candidate.path === "string" &&
    typeof candidate.open === "boolean" &&
    // Not read: of a closed database it would end the process.
    "lastInsertRowId" in candidate;
}

/**
 * A connection of `@db/sqlite`. It stays the host's: closing the driver lets
 * go of its statements only.
 */
export class DbSqliteDriver extends PreparedDriver implements HostDriver {
  readonly owned = false;
  /** The library's own connection. */
  readonly handle: DbSqliteDatabase;
  readonly #cache = new StatementCache<DbSqliteWrapped>(
    SQLITE_DEFAULTS.cachedStatements,
    (statement) => statement.finalize(),
  );
  readonly #transactions = new TransactionStack(this);
  #closed = false;
  #lastId: DbSqliteStatement | undefined;

  constructor(
    handle: DbSqliteDatabase,
    { busyTimeoutMs = SQLITE_DEFAULTS.busyTimeoutMs }: {
      readonly busyTimeoutMs?: number;
    } = {},
  ) {
    super();
    this.handle = handle;
    // What the other driver has on by default.
    this.exec("PRAGMA foreign_keys = ON");
    this.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  }

  /** Reads the rowid of the last inserted row. */
  get lastId(): DbSqliteStatement {
    return this.#lastId ??= this.handle.prepare("SELECT last_insert_rowid()");
  }

  get path(): string {
    return this.handle.path;
  }

  get closed(): boolean {
    return this.#closed || !this.handle.open;
  }

  get inTransaction(): boolean {
    return !this.closed && this.handle.inTransaction;
  }

  prepare(sql: string): SqliteStatement {
    return this.#cache.take(sql, () => this.compile(sql));
  }

  override run(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRunResult {
    const result = super.run(sql, parameters);
    if (CHANGES_SCHEMA.test(sql)) this.#cache.clear();
    return result;
  }

  exec(sql: string): void {
    this.#assertOpen();
    try {
      this.handle.exec(sql);
    } catch (error) {
      throw sqliteError("run", sql, error);
    } finally {
      if (CHANGES_SCHEMA.test(sql)) this.#cache.clear();
    }
  }

  transaction<R>(fn: () => R, mode?: TransactionMode): R {
    return this.#transactions.run(fn, mode);
  }

  close(): void {
    this.#cache.clear();
    if (!this.closed) this.#lastId?.finalize();
    this.#lastId = undefined;
    this.#closed = true;
  }

  confined(scope: TableScope): SqliteDriver {
    return new GuardedDriver(this, scope);
  }

  // Nothing asks SQLite here; what the definition says was checked before.
  define(
    sql: string,
    { scope }: { table: string; scope: TableScope },
  ): void {
    const called = findCall(sql, this.foreignFunctions());
    if (called !== undefined) throw confinementError(scope, called);
    this.exec(sql);
  }

  /** The functions that the host registered or loaded. */
  foreignFunctions(): ReadonlySet<string> {
    const rows = this.all(
      "SELECT DISTINCT name FROM pragma_function_list WHERE builtin = 0",
    );
    const names = rows.map(({ name }) => String(name).toLowerCase());
    return new Set(names.filter((name) => !isOwnFunction(name)));
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
      this.handle.loadExtension!(path);
    } catch (error) {
      throw sqliteError("load the extension", path, error);
    }
  }

  /** Prepares a statement that is not kept. */
  compile(sql: string): DbSqliteWrapped {
    this.#assertOpen();
    return new DbSqliteWrapped(this, sql);
  }

  #assertOpen(): void {
    if (this.closed) throw closedError(this.path);
  }
}
