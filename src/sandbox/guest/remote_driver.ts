/**
 * The driver behind a plugin's table in its own process: every statement is a
 * message to the host, and the call blocks until the answer is there.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
} from "../../sqlite/driver/sqlite_driver.ts";
import type { WireOutcome, WireStatement } from "../wire/protocol.ts";
import type { AskHost } from "./ask_host.ts";
import { RemoteTransaction } from "./remote_transaction.ts";

/** A driver whose connection is the host's. */
export class RemoteDriver implements SqliteDriver {
  readonly path = "plugin-handler:remote";
  readonly closed = false;
  readonly #ask: AskHost;
  #transaction: RemoteTransaction | undefined;

  /**
   * @param ask Sends statements to the host.
   */
  constructor(ask: AskHost) {
    this.#ask = ask;
  }

  get inTransaction(): boolean {
    return this.#transaction !== undefined;
  }

  prepare(sql: string): SqliteStatement {
    return {
      run: (...values) => this.run(sql, values),
      get: (...values) => this.get(sql, values),
      all: (...values) => this.all(sql, values),
    };
  }

  run(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRunResult {
    return this.#do({ op: "run", sql, parameters }) as SqliteRunResult;
  }

  get(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRow | undefined {
    return this.#do({ op: "get", sql, parameters }) as SqliteRow | undefined;
  }

  all(sql: string, parameters: readonly SqliteParameter[] = []): SqliteRow[] {
    return this.#do({ op: "all", sql, parameters }) as SqliteRow[];
  }

  exec(): void {
    throw new PluginError(
      "STORE_FAILED",
      "Cannot run a script: a plugin's table takes single statements only",
    );
  }

  /** Runs `fn` as one step of the host; see {@linkcode RemoteTransaction}. */
  transaction<R>(fn: () => R): R {
    if (this.#transaction !== undefined) return this.#transaction.nested(fn);
    this.#transaction = new RemoteTransaction(this.#ask);
    try {
      return this.#transaction.run(fn);
    } finally {
      this.#transaction = undefined;
    }
  }

  /** Does nothing: the connection is the host's. */
  close(): void {}

  #do(statement: WireStatement): unknown {
    if (this.#transaction !== undefined) return this.#transaction.do(statement);
    return valueOf(this.#ask("run", [statement], []).outcomes[0]!);
  }
}

/** The value of an outcome; an error is thrown. */
export function valueOf(outcome: WireOutcome): unknown {
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
