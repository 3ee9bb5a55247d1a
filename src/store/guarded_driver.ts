/**
 * The driver that stands behind a plugin's table where the binding offers no
 * authorizer: the text of every statement is checked before it is prepared.
 *
 * @module
 */
import { confinementError } from "./confinement.ts";
import type { TableScope } from "./host_driver.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  TransactionMode,
} from "./sqlite_driver.ts";
import { StatementCache } from "./statement_cache.ts";
import { findEscape } from "./statement_guard.ts";
import { storeError } from "./store_error.ts";

/** How many checked statements are remembered. */
const CHECKED_STATEMENTS = 64;

/** The driver behind a plugin's table: every statement is read first. */
export class GuardedDriver implements SqliteDriver {
  readonly #host: SqliteDriver;
  readonly #scope: TableScope;
  readonly #checked = new StatementCache<true>(CHECKED_STATEMENTS);

  /**
   * @param host The host's driver.
   * @param scope The plugin and its table.
   */
  constructor(host: SqliteDriver, scope: TableScope) {
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

  /** Does nothing: the connection is the host's. */
  close(): void {}

  readonly #check = (sql: string): true => {
    const escape = findEscape(sql, this.#scope.table);
    if (escape === undefined) return true;
    throw confinementError(this.#scope, escape);
  };
}
