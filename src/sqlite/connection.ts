/**
 * What a database can do regardless of its tables: statements, transactions,
 * pragmas, upkeep.
 *
 * @module
 */
import { messageOf } from "../shared/errors.ts";
import type { HostDriver } from "./driver/host_driver.ts";
import { PreparedStatement } from "./driver/prepared_statement.ts";
import { RawHandle } from "./driver/raw_handle.ts";
import { quoteIdentifier, quoteString } from "./sql/sql_text.ts";
import type {
  SqliteDriver,
  SqliteRunResult,
  SqliteValue,
  TransactionMode,
} from "./driver/sqlite_driver.ts";
import { storeError } from "./store_error.ts";
import { beginStatement } from "./driver/transaction_stack.ts";

const PRAGMA_NAME = /^[A-Za-z_]+(?:\.[A-Za-z_]+)?$/;

/** Statements, transactions, pragmas and upkeep of one database. */
export class Connection {
  readonly #driver: HostDriver;

  /**
   * Takes an open connection.
   *
   * @param driver How the database is reached.
   */
  constructor(driver: HostDriver) {
    this.#driver = driver;
  }

  /** How the database is reached. */
  get driver(): SqliteDriver {
    return this.#driver;
  }

  /**
   * What the database was opened with.
   *
   * @returns A path, or `:memory:`.
   */
  getPath(): string {
    return this.#driver.path;
  }

  /**
   * A thin handle with `run(sql)` and `query(sql).all()`.
   *
   * @returns The handle.
   */
  getDb(): RawHandle {
    return new RawHandle(this.#driver);
  }

  /**
   * Runs statements without parameters.
   *
   * @param sql One or more statements.
   * @throws {PluginError} `STORE_FAILED` with what SQLite says.
   */
  run(sql: string): void {
    this.#driver.exec(sql);
  }

  /**
   * Prepares a statement, or takes it from the cache.
   *
   * @param sql One statement, with `?` for each value.
   * @returns The statement.
   */
  prepare(sql: string): PreparedStatement {
    return new PreparedStatement(this.#driver, sql);
  }

  /**
   * Runs a function in a transaction, inside another one in a savepoint: kept
   * when it returns, undone when it throws. It waits for other processes that
   * write before it starts.
   *
   * @param fn The work; it must be synchronous.
   * @returns What it returned.
   *
   * @example All or nothing
   * ```ts
   * import { DB } from "@dockstat/plugin-handler/sqlite";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * using db = new DB(":memory:");
   * db.run("CREATE TABLE t (n)");
   * assertThrows(() =>
   *   db.transaction(() => {
   *     db.table("t").insert({ n: 1 });
   *     throw new TypeError("changed my mind");
   *   })
   * );
   * assertEquals(db.table("t").count(), 0);
   * ```
   */
  transaction<R>(fn: () => R): R {
    return this.#driver.transaction(fn);
  }

  /**
   * Begins a transaction.
   *
   * @param mode When the locks are taken.
   * @default "DEFERRED"
   */
  begin(mode?: TransactionMode): void {
    this.#driver.exec(beginStatement(mode));
  }

  /** Keeps what the transaction did; throws when none is open. */
  commit(): void {
    this.#driver.exec("COMMIT");
  }

  /** Undoes what the transaction did; throws when none is open. */
  rollback(): void {
    this.#driver.exec("ROLLBACK");
  }

  /**
   * Marks a point to go back to.
   *
   * @param name Its name.
   */
  savepoint(name: string): void {
    this.#driver.exec(`SAVEPOINT ${quoteIdentifier(name)}`);
  }

  /**
   * Keeps what was done since a point.
   *
   * @param name Its name.
   */
  releaseSavepoint(name: string): void {
    this.#driver.exec(`RELEASE SAVEPOINT ${quoteIdentifier(name)}`);
  }

  /**
   * Undoes what was done since a point.
   *
   * @param name Its name.
   */
  rollbackToSavepoint(name: string): void {
    this.#driver.exec(`ROLLBACK TO SAVEPOINT ${quoteIdentifier(name)}`);
  }

  /**
   * Rewrites the database without its free pages. Deno allows it only with all
   * permissions.
   *
   * @returns What SQLite reports.
   * @throws {PluginError} `STORE_FAILED` without those permissions.
   */
  vacuum(): SqliteRunResult {
    try {
      return this.#driver.run("VACUUM");
    } catch (error) {
      if (!/too many attached/.test(messageOf(error))) throw error;
      throw storeError(
        `Cannot vacuum "${this.getPath()}": Deno allows it only with all ` +
          "permissions; run with --allow-all",
        error,
      );
    }
  }

  /**
   * Gathers statistics for the query planner.
   *
   * @param table One table; every one without.
   */
  analyze(table?: string): void {
    this.#driver.exec(
      table === undefined ? "ANALYZE" : `ANALYZE ${quoteIdentifier(table)}`,
    );
  }

  /**
   * Checks the whole database.
   *
   * @returns One row that says `ok`, or one for each fault.
   */
  integrityCheck(): { integrity_check: string }[] {
    return this.#driver.all("PRAGMA integrity_check") as {
      integrity_check: string;
    }[];
  }

  /**
   * Reads a pragma.
   *
   * @param name Its name.
   * @returns The first column of its first row; undefined where it has none.
   */
  pragma(name: string): SqliteValue | undefined;
  /**
   * Sets a pragma.
   *
   * @param name Its name.
   * @param value Its value.
   */
  pragma(name: string, value: string | number | boolean): undefined;
  pragma(
    name: string,
    value?: string | number | boolean,
  ): SqliteValue | undefined {
    if (!PRAGMA_NAME.test(name)) {
      throw storeError(`Cannot use the pragma "${name}": it is no name`);
    }
    if (value === undefined) {
      const row = this.#driver.get(`PRAGMA ${name}`);
      return row === undefined ? undefined : Object.values(row)[0];
    }
    this.#driver.all(`PRAGMA ${name} = ${pragmaValue(value)}`);
    return undefined;
  }

  /**
   * Loads a native extension.
   *
   * @param path The library. Needs `--allow-ffi`, also when the database is
   * opened.
   */
  loadExtension(path: string): void {
    this.#driver.loadExtension(path);
  }

  /** Closes the database, unless the host opened it; twice is harmless. */
  close(): void {
    this.#driver.close();
  }

  /** The same as {@linkcode Connection.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function pragmaValue(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "string") return quoteString(value);
  if (Number.isFinite(value)) return String(value);
  throw storeError(`Cannot set a pragma to ${String(value)}`);
}
