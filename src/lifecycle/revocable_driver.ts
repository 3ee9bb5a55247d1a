/**
 * A connection to a plugin's table that can be taken away: the timers and
 * endless streams of an instance that has ended must not go on writing.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import type { PluginIdentity } from "../plugin/plugin.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  TransactionMode,
} from "../sqlite/mod.ts";

/** Whether an instance of a plugin may still use its table. */
export class TableAccess {
  #isRevoked = false;
  readonly #plugin: PluginIdentity;

  /** @param plugin Whose access it is. */
  constructor(plugin: PluginIdentity) {
    this.#plugin = plugin;
  }

  /** The instance has ended. */
  revoke(): void {
    this.#isRevoked = true;
  }

  /**
   * Lets statements through as long as the instance lives.
   *
   * @throws {PluginError} `PLUGIN_NOT_LOADED` afterwards.
   */
  check(): void {
    if (!this.#isRevoked) return;
    const { id, name, version } = this.#plugin;
    throw new PluginError(
      "PLUGIN_NOT_LOADED",
      `Cannot use the table of plugin "${name}@${version}": this instance of it was unloaded; take the table that the plugin's context holds now`,
      { pluginId: id },
    );
  }
}

/** Hands on what is asked for while it may. */
export class RevocableDriver implements SqliteDriver {
  readonly #driver: SqliteDriver;
  readonly #access: TableAccess;

  constructor(driver: SqliteDriver, access: TableAccess) {
    this.#driver = driver;
    this.#access = access;
  }

  get path(): string {
    return this.#driver.path;
  }

  get closed(): boolean {
    return this.#driver.closed;
  }

  get inTransaction(): boolean {
    return this.#driver.inTransaction;
  }

  prepare(sql: string): SqliteStatement {
    this.#access.check();
    const statement = this.#driver.prepare(sql);
    const access = this.#access;
    return {
      run(...parameters) {
        access.check();
        return statement.run(...parameters);
      },
      get(...parameters) {
        access.check();
        return statement.get(...parameters);
      },
      all(...parameters) {
        access.check();
        return statement.all(...parameters);
      },
    };
  }

  run(sql: string, parameters?: readonly SqliteParameter[]): SqliteRunResult {
    this.#access.check();
    return this.#driver.run(sql, parameters);
  }

  get(
    sql: string,
    parameters?: readonly SqliteParameter[],
  ): SqliteRow | undefined {
    this.#access.check();
    return this.#driver.get(sql, parameters);
  }

  all(sql: string, parameters?: readonly SqliteParameter[]): SqliteRow[] {
    this.#access.check();
    return this.#driver.all(sql, parameters);
  }

  exec(sql: string): void {
    this.#access.check();
    this.#driver.exec(sql);
  }

  transaction<R>(fn: () => R, mode?: TransactionMode): R {
    this.#access.check();
    return this.#driver.transaction(fn, mode);
  }

  /** Does nothing: the connection is the host's. */
  close(): void {}
}
