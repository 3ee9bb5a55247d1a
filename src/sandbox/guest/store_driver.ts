/**
 * The driver behind a plugin's table in its own process: every statement is a
 * message to the table's store, and the call blocks until the answer is there.
 *
 * @module
 */
import { ConstraintError, PluginError } from "../../shared/errors.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  TransactionMode,
} from "../../sqlite/driver/sqlite_driver.ts";
import { TransactionStack } from "../../sqlite/driver/transaction_stack.ts";
import {
  type PackedRows,
  type StoreAnswer,
  type StoreRefusal,
  type StoreRequest,
  unpackRows,
} from "../wire/store_protocol.ts";

/** Sends a request to the store, and blocks for the answer. */
export type AskStore = (request: StoreRequest) => StoreAnswer;

/** The connection to a store, and the transaction that is open there. */
export class StoreConnection {
  /** Whether a transaction is open, as the store said last. */
  inTransaction = false;
  /** The transactions and savepoints that are open. */
  readonly transactions: TransactionStack = new TransactionStack(this);
  readonly #ask: AskStore;

  constructor(ask: AskStore) {
    this.#ask = ask;
  }

  /** Begins, keeps or undoes a transaction. */
  exec(sql: string): void {
    this.do({ op: "transaction", sql });
  }

  /** Makes a request, and gives what it came to. */
  do(request: StoreRequest): unknown {
    const answer = this.#ask(request);
    this.inTransaction = answer.inTransaction;
    if ("error" in answer) throw errorOf(answer);
    return answer.value;
  }
}

/** The driver of one table, whose connection is the store's. */
export class StoreDriver implements SqliteDriver {
  readonly path = "plugin-handler:store";
  readonly closed = false;
  readonly #connection: StoreConnection;
  readonly #table: number;

  /**
   * @param connection The connection, which all tables share.
   * @param table The place of the table among those of the store.
   */
  constructor(connection: StoreConnection, table: number) {
    this.#connection = connection;
    this.#table = table;
  }

  get inTransaction(): boolean {
    return this.#connection.inTransaction;
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
    return this.#connection.do({
      op: "run",
      table: this.#table,
      sql,
      parameters,
    }) as SqliteRunResult;
  }

  get(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRow | undefined {
    return this.#connection.do({
      op: "get",
      table: this.#table,
      sql,
      parameters,
    }) as SqliteRow | undefined;
  }

  all(sql: string, parameters: readonly SqliteParameter[] = []): SqliteRow[] {
    const packed = this.#connection.do({
      op: "all",
      table: this.#table,
      sql,
      parameters,
    });
    return unpackRows(packed as PackedRows);
  }

  /** Runs one statement for many rows, with one message. */
  runMany(
    sql: string,
    rows: readonly (readonly SqliteParameter[])[],
  ): SqliteRunResult[] {
    const flat = this.#connection.do({
      op: "many",
      table: this.#table,
      sql,
      rows,
    }) as (number | bigint)[];
    return rows.map((_, index) => ({
      changes: Number(flat[2 * index]),
      lastInsertRowid: flat[2 * index + 1]!,
    }));
  }

  exec(): void {
    throw new PluginError(
      "STORE_FAILED",
      "Cannot run a script: a plugin's table takes single statements only",
    );
  }

  transaction<R>(fn: () => R, mode?: TransactionMode): R {
    return this.#connection.transactions.run(fn, mode);
  }

  /** Does nothing: the connection is the store's. */
  close(): void {}
}

/** The error as it would be inline. */
function errorOf(
  { error, constraint, columns, status }: StoreRefusal,
): PluginError {
  return constraint === undefined
    ? new PluginError("STORE_FAILED", error, { status })
    : new ConstraintError(error, { constraint, columns });
}
