/**
 * The driver that stands behind a plugin's table on `node:sqlite`: the host's
 * connection, with SQLite's authorizer restricting every statement.
 *
 * @module
 */
import type { AuthorizerGate } from "./authorizer.ts";
import { confinementError } from "./confinement.ts";
import type { TableScope } from "./host_driver.ts";
import type { NodeSqliteStatement } from "./node_sqlite_statement.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  TransactionMode,
} from "./sqlite_driver.ts";
import { StatementCache } from "./statement_cache.ts";
import { storeError } from "./store_error.ts";
import { TableAccessPolicy } from "./table_access_policy.ts";

/** How many statements are kept for each plugin. */
const CACHED_STATEMENTS = 64;

/** What a confined driver needs of the host's. */
export interface ConfinedHost {
  readonly path: string;
  readonly closed: boolean;
  readonly inTransaction: boolean;
  /** The connection's authorizer. */
  readonly gate: AuthorizerGate;
  /** Changes when the connection is opened again. */
  readonly generation: number;
  /** Prepares a statement for this caller alone. */
  compile(sql: string): NodeSqliteStatement;
  transaction<R>(fn: () => R, mode?: TransactionMode): R;
}

/**
 * A driver that reaches one table. Its statements are its own: one that the
 * host prepared and kept would not be checked again.
 */
export class ConfinedNodeDriver implements SqliteDriver {
  readonly #host: ConfinedHost;
  readonly #scope: TableScope;
  readonly #policy: TableAccessPolicy;
  readonly #cache = new StatementCache<SqliteStatement>(CACHED_STATEMENTS);
  #generation: number;

  /**
   * @param host The host's driver.
   * @param scope The plugin and its table.
   */
  constructor(host: ConfinedHost, scope: TableScope) {
    this.#host = host;
    this.#scope = scope;
    this.#policy = new TableAccessPolicy(scope);
    this.#generation = host.generation;
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
    if (this.#generation !== this.#host.generation) {
      this.#cache.clear();
      this.#generation = this.#host.generation;
    }
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

  readonly #compile = (sql: string): SqliteStatement => {
    const inner = this.#under(() => this.#host.compile(sql));
    return {
      run: (...values) => this.#under(() => inner.run(...values)),
      get: (...values) => this.#under(() => inner.get(...values)),
      all: (...values) => this.#under(() => inner.all(...values)),
    };
  };

  // SQLite also asks when it compiles a kept statement again at a step.
  #under<R>(step: () => R): R {
    try {
      return this.#host.gate.under(this.#policy, step);
    } catch (error) {
      const refused = this.#policy.takeRefused();
      if (refused === undefined) throw error;
      throw confinementError(this.#scope, refused, error);
    }
  }
}
