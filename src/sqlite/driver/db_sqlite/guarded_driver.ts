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
import { SQLITE_DEFAULTS } from "../../options.ts";
import { StatementCache } from "../statement_cache.ts";
import { findCall, findTableEscape } from "./find_table_escape.ts";

/** What a guarded driver needs of the host's. */
export interface GuardedHost extends SqliteDriver {
  /** The functions that the host registered or loaded. */
  foreignFunctions(): ReadonlySet<string>;
}

/** The driver behind a plugin's table: every statement is read first. */
export class GuardedDriver extends ConfinedDriver {
  readonly #host: GuardedHost;
  readonly #scope: TableScope;
  readonly #checked = new StatementCache<true>(
    SQLITE_DEFAULTS.cachedConfinedStatements,
  );

  constructor(host: GuardedHost, scope: TableScope) {
    super(host, scope);
    this.#host = host;
    this.#scope = scope;
  }

  prepare(sql: string): SqliteStatement {
    this.#checked.take(sql, this.#check);
    return this.#host.prepare(sql);
  }

  readonly #check = (sql: string): true => {
    const escape = findTableEscape(sql, this.#scope.table) ??
      findCall(sql, this.#host.foreignFunctions());
    if (escape === undefined) return true;
    throw confinementError(this.#scope, escape);
  };
}
