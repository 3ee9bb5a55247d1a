/**
 * The driver over `node:sqlite`, which Deno has built in.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { AuthorizerGate } from "./authorizer.ts";
import type { NodeDatabase } from "./node_sqlite_types.ts";
import { NodeSqliteStatement } from "./node_sqlite_statement.ts";
import { ConfinedNodeDriver } from "./confined_node_driver.ts";
import { confinementError } from "../confinement.ts";
import type { HostDriver, Replacement, TableScope } from "../host_driver.ts";
import { writeNewFile } from "../../backup/new_file.ts";
import { PreparedDriver } from "../prepared_driver.ts";
import { quoteString } from "../../sql/sql_text.ts";
import type { SqliteDriver, TransactionMode } from "../sqlite_driver.ts";
import { SQLITE_DEFAULTS } from "../../options.ts";
import { openHandle, type OpenOptions } from "./open_handle.ts";
import { StatementCache } from "../statement_cache.ts";
import { sqliteError } from "../../sqlite_error.ts";
import { closedError, storeError } from "../../store_error.ts";
import { TableDefinitionPolicy } from "./table_access_policy.ts";
import { TransactionStack } from "../transaction_stack.ts";

/** A connection of `node:sqlite`. */
export class NodeSqliteDriver extends PreparedDriver implements HostDriver {
  readonly path: string;
  #handle: DatabaseSync;
  #gate: AuthorizerGate;
  #closed = false;
  readonly #owned: boolean;
  readonly #options: OpenOptions;
  readonly #cache = new StatementCache<NodeSqliteStatement>(
    SQLITE_DEFAULTS.cachedStatements,
  );
  readonly #transactions = new TransactionStack(this);

  #generation = 0;

  constructor(
    handle: DatabaseSync,
    { path, owned, options = {} }: {
      path: string;
      owned: boolean;
      options?: OpenOptions;
    },
  ) {
    super();
    this.#options = options;
    this.#handle = handle;
    this.#gate = AuthorizerGate.of(handle);
    this.path = path;
    this.#owned = owned;
  }

  /**
   * Opens a database file, or a private database in memory. A file is set to
   * write-ahead logging, and waits for other processes instead of failing; one
   * that cannot be written is opened for reading.
   */
  static open(path: string, options: OpenOptions = {}): NodeSqliteDriver {
    const handle = openHandle(path, options);
    return new NodeSqliteDriver(handle, { path, owned: true, options });
  }

  /** Takes a connection that somebody else opened and will close. */
  static wrap(
    handle: DatabaseSync,
    { busyTimeoutMs }: OpenOptions = {},
  ): NodeSqliteDriver {
    const path = handle.location() ?? ":memory:";
    const driver = new NodeSqliteDriver(handle, { path, owned: false });
    if (busyTimeoutMs !== undefined) {
      driver.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    }
    return driver;
  }

  /** Whether this driver opened the connection itself. */
  get owned(): boolean {
    return this.#owned;
  }

  /** The connection's authorizer. */
  get gate(): AuthorizerGate {
    return this.#gate;
  }

  /** Changes when the connection is opened again. */
  get generation(): number {
    return this.#generation;
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

  confined(scope: TableScope): SqliteDriver {
    return new ConfinedNodeDriver(this, scope);
  }

  define(
    sql: string,
    { table, scope }: { table: string; scope: TableScope },
  ): void {
    const policy = new TableDefinitionPolicy(table);
    try {
      this.#gate.under(policy, () => this.exec(sql));
    } catch (error) {
      const refused = policy.takeRefused();
      if (refused === undefined) throw error;
      throw confinementError(scope, refused, error);
    }
  }

  // VACUUM INTO needs all of Deno's permissions; without them the pages are
  // read into memory.
  copyTo(path: string): void {
    this.#assertOpen();
    try {
      this.#handle.exec(`VACUUM INTO ${quoteString(path)}`);
    } catch (error) {
      if (!String(error).includes("too many attached databases")) {
        throw sqliteError("copy", this.path, error);
      }
      writeNewFile(path, (this.#handle as NodeDatabase).serialize());
    }
  }

  reopenAfter(swap: Replacement, ready: () => void): void {
    this.#assertOpen();
    if (!this.#owned) {
      throw storeError(
        `Cannot restore into "${this.path}": ` +
          "its connection belongs to the host",
      );
    }
    this.#handle.close();
    try {
      swap.apply();
      this.#reopen();
      ready();
    } catch (error) {
      if (this.#handle.isOpen) this.#handle.close();
      swap.revert();
      this.#reopen();
      this.#prepareAgain(ready);
      throw error;
    }
  }

  loadExtension(path: string): void {
    this.#assertOpen();
    try {
      this.#handle.loadExtension(path);
    } catch (error) {
      throw sqliteError("load the extension", path, error);
    }
  }

  /** Prepares a statement that is not kept. */
  compile(sql: string): NodeSqliteStatement {
    this.#assertOpen();
    return new NodeSqliteStatement(this.#handle, this.#gate, sql);
  }

  // What made the new file be refused says more.
  #prepareAgain(ready: () => void): void {
    try {
      ready();
    } catch {
      this.#cache.clear();
    }
  }

  #reopen(): void {
    this.#cache.clear();
    this.#handle = openHandle(this.path, this.#options);
    this.#gate = AuthorizerGate.of(this.#handle);
    this.#generation++;
    this.#handle.prepare("SELECT count(*) FROM sqlite_schema").get();
  }

  readonly #compile = (sql: string): NodeSqliteStatement => this.compile(sql);

  #assertOpen(): void {
    if (this.closed) throw closedError(this.path);
  }
}
