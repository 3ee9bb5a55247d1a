/**
 * The driver that stands behind a plugin's table where the binding offers no
 * authorizer: the text of every statement is checked before it is prepared.
 *
 * @module
 */
import { ConfinedDriver } from "../confined_driver.ts";
import { confinementError } from "../confinement.ts";
import type { TableScope } from "../host_driver.ts";
import type { SqliteDriver, SqliteStatement } from "../sqlite_driver.ts";
import { StatementCache } from "../statement_cache.ts";
import { findEscape } from "./statement_guard.ts";

/** How many checked statements are remembered. */
const CHECKED_STATEMENTS = 64;

/** The driver behind a plugin's table: every statement is read first. */
export class GuardedDriver extends ConfinedDriver {
  readonly #host: SqliteDriver;
  readonly #scope: TableScope;
  readonly #checked = new StatementCache<true>(CHECKED_STATEMENTS);

  /**
   * @param host The host's driver.
   * @param scope The plugin and its table.
   */
  constructor(host: SqliteDriver, scope: TableScope) {
    super(host, scope);
    this.#host = host;
    this.#scope = scope;
  }

  prepare(sql: string): SqliteStatement {
    this.#checked.take(sql, this.#check);
    return this.#host.prepare(sql);
  }

  readonly #check = (sql: string): true => {
    const escape = findEscape(sql, this.#scope.table);
    if (escape === undefined) return true;
    throw confinementError(this.#scope, escape);
  };
}
