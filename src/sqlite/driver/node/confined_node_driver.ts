/**
 * The driver that stands behind a plugin's table on `node:sqlite`: the host's
 * connection, with SQLite's authorizer restricting every statement.
 *
 * @module
 */
import type { AuthorizerGate } from "./authorizer.ts";
import { ConfinedDriver, type SharedConnection } from "../confined_driver.ts";
import { confinementError } from "../confinement.ts";
import type { TableScope } from "../host_driver.ts";
import type { NodeSqliteStatement } from "./node_sqlite_statement.ts";
import type { SqliteStatement } from "../sqlite_driver.ts";
import { SQLITE_DEFAULTS } from "../../options.ts";
import { StatementCache } from "../statement_cache.ts";
import { TableAccessPolicy } from "./table_access_policy.ts";

/** What a confined driver needs of the host's. */
export interface ConfinedHost extends SharedConnection {
  /** The connection's authorizer. */
  readonly gate: AuthorizerGate;
  /** Changes when the connection is opened again. */
  readonly generation: number;
  /** Prepares a statement for this caller alone. */
  compile(sql: string): NodeSqliteStatement;
}

/**
 * A driver that reaches one table. Its statements are its own: one that the
 * host prepared and kept would not be checked again.
 */
export class ConfinedNodeDriver extends ConfinedDriver {
  readonly #host: ConfinedHost;
  readonly #scope: TableScope;
  readonly #policy: TableAccessPolicy;
  readonly #cache = new StatementCache<SqliteStatement>(
    SQLITE_DEFAULTS.cachedConfinedStatements,
  );
  #generation: number;

  constructor(host: ConfinedHost, scope: TableScope) {
    super(host, scope);
    this.#host = host;
    this.#scope = scope;
    this.#policy = new TableAccessPolicy(scope);
    this.#generation = host.generation;
  }

  prepare(sql: string): SqliteStatement {
    if (this.#generation !== this.#host.generation) {
      this.#cache.clear();
      this.#generation = this.#host.generation;
    }
    return this.#cache.take(sql, this.#compile);
  }

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
