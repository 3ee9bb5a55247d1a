/**
 * Transactions that nest: the outermost one is a transaction, the inner ones
 * are savepoints.
 *
 * @module
 */
import type { TransactionMode } from "./sqlite_driver.ts";
import { quoteIdentifier } from "../sql/sql_text.ts";
import { storeError } from "../store_error.ts";

/** What a {@linkcode TransactionStack} needs of a connection. */
export interface TransactionHost {
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
  /** Runs one statement without parameters. */
  exec(sql: string): void;
}

const MODES: ReadonlySet<string> = new Set([
  "DEFERRED",
  "IMMEDIATE",
  "EXCLUSIVE",
]);

/**
 * The statement that opens a transaction.
 *
 * @throws {PluginError} `STORE_FAILED` for any other mode.
 */
export function beginStatement(mode: TransactionMode = "DEFERRED"): string {
  if (!MODES.has(mode)) {
    throw storeError(`Cannot begin a transaction: "${mode}" is not a mode`);
  }
  return `BEGIN ${mode}`;
}

/** Runs functions in transactions and savepoints of one connection. */
export class TransactionStack {
  readonly #host: TransactionHost;
  #depth = 0;

  constructor(host: TransactionHost) {
    this.#host = host;
  }

  /**
   * Runs `fn`; what it wrote is kept when it returns, undone when it throws.
   *
   * @param fn The work; it must be synchronous.
   * @param mode How the outermost transaction begins. A transaction that reads
   * before it writes cannot wait for another process any more, so it takes the
   * lock for writing at once unless told otherwise.
   */
  run<R>(fn: () => R, mode: TransactionMode = "IMMEDIATE"): R {
    const nested = this.#host.inTransaction;
    const name = quoteIdentifier(`plugin_handler_${this.#depth}`);
    this.#host.exec(nested ? `SAVEPOINT ${name}` : beginStatement(mode));
    this.#depth++;
    try {
      const result = fn();
      refusePromise(result);
      this.#host.exec(nested ? `RELEASE ${name}` : "COMMIT");
      return result;
    } catch (error) {
      this.#undo(nested, name);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  // A conflict clause of ROLLBACK has ended the transaction already.
  #undo(nested: boolean, name: string): void {
    if (!this.#host.inTransaction) return;
    if (!nested) return this.#host.exec("ROLLBACK");
    this.#host.exec(`ROLLBACK TO ${name}`);
    this.#host.exec(`RELEASE ${name}`);
  }
}

function refusePromise(result: unknown): void {
  if (!(result instanceof Promise)) return;
  result.catch(() => {});
  throw storeError(
    "Cannot commit the transaction: its function returned a promise, " +
      "and what runs after it would not be part of the transaction",
  );
}
