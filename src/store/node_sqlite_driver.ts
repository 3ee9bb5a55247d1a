/**
 * The driver over `node:sqlite`, which Deno has built in.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { AuthorizerGate } from "./authorizer.ts";
import type { NodeDatabase } from "./node_sqlite_types.ts";
import { NodeSqliteStatement } from "./node_sqlite_statement.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  TransactionMode,
} from "./sqlite_driver.ts";
import { StatementCache } from "./statement_cache.ts";
import { sqliteError, storeError } from "./store_error.ts";
import { TransactionStack } from "./transaction_stack.ts";

/** How many statements a connection keeps. */
const CACHED_STATEMENTS = 256;
/** How long a statement waits for another process before it fails. */
const BUSY_TIMEOUT_MS = 5_000;

/** A connection of `node:sqlite`. */
export class NodeSqliteDriver implements SqliteDriver {
  readonly path: string;
  #handle: DatabaseSync;
  #gate: AuthorizerGate;
  #closed = false;
  readonly #owned: boolean;
  readonly #cache = new StatementCache<NodeSqliteStatement>(CACHED_STATEMENTS);
  readonly #transactions = new TransactionStack(this);

  private constructor(handle: DatabaseSync, path: string, owned: boolean) {
    this.#handle = handle;
    this.#gate = AuthorizerGate.of(handle);
    this.path = path;
    this.#owned = owned;
  }

  /**
   * Opens a database file, or a private database in memory. A file is set to
   * write-ahead logging, and waits for other processes instead of failing.
   *
   * @param path The file, or `:memory:`. A file needs `--allow-read` and
   * `--allow-write`.
   * @returns The open connection.
   */
  static open(path: string): NodeSqliteDriver {
    return new NodeSqliteDriver(openHandle(path), path, true);
  }

  /**
   * Takes a connection that somebody else opened and will close.
   *
   * @param handle The open connection.
   * @returns A driver over it.
   */
  static wrap(handle: DatabaseSync): NodeSqliteDriver {
    const path = handle.location() ?? ":memory:";
    return new NodeSqliteDriver(handle, path, false);
  }

  /** Whether this driver opened the connection itself. */
  get owned(): boolean {
    return this.#owned;
  }

  get closed(): boolean {
    return this.#closed || !this.#handle.isOpen;
  }

  get inTransaction(): boolean {
    return !this.closed && this.#handle.isTransaction;
  }

  prepare(sql: string): NodeSqliteStatement {
    return this.#cache.take(sql, this.#compile);
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
    this.#cache.clear();
    if (!this.closed && this.#owned) this.#handle.close();
    this.#closed = true;
  }

  /**
   * Closes the connection, lets `fn` work on the file, and opens it again.
   *
   * @param fn Replaces the file.
   */
  reopenAfter(fn: () => void): void {
    this.#assertOpen();
    this.#cache.clear();
    this.#handle.close();
    try {
      fn();
    } finally {
      this.#handle = openHandle(this.path);
      this.#gate = AuthorizerGate.of(this.#handle);
    }
  }

  /**
   * The whole database as the bytes of a database file.
   *
   * @returns A consistent copy.
   */
  serialize(): Uint8Array {
    this.#assertOpen();
    return (this.#handle as NodeDatabase).serialize();
  }

  /**
   * Loads a native extension.
   *
   * @param path The library. Needs `--allow-ffi`.
   */
  loadExtension(path: string): void {
    this.#assertOpen();
    try {
      this.#handle.loadExtension(path);
    } catch (error) {
      throw sqliteError("load the extension", path, error);
    }
  }

  readonly #compile = (sql: string): NodeSqliteStatement => {
    this.#assertOpen();
    return new NodeSqliteStatement(this.#handle, this.#gate, sql);
  };

  #assertOpen(): void {
    if (!this.closed) return;
    throw storeError(`Cannot use the database "${this.path}": it is closed`);
  }
}

function openHandle(path: string): DatabaseSync {
  try {
    const handle = new DatabaseSync(path, {
      timeout: BUSY_TIMEOUT_MS,
      allowExtension: false,
    });
    if (path !== ":memory:") handle.exec("PRAGMA journal_mode = WAL");
    return handle;
  } catch (error) {
    throw sqliteError("open", path, error);
  }
}
