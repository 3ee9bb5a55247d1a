/**
 * A prepared statement of `node:sqlite` that binds and reads what the seam
 * promises.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { AuthorizerGate } from "./authorizer.ts";
import { toSqliteValues } from "./bind.ts";
import type { NodeStatement } from "./node_sqlite_types.ts";
import { makeRow } from "./row.ts";
import { countParameters } from "./sql_text.ts";
import type {
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  SqliteValue,
} from "./sqlite_driver.ts";
import { sqliteError, storeError } from "./store_error.ts";

/** A statement of one connection. */
export class NodeSqliteStatement implements SqliteStatement {
  readonly #statement: NodeStatement;
  readonly #gate: AuthorizerGate;
  readonly #sql: string;
  readonly #expected: number;
  #columns: readonly string[] = [];
  #columnsOf = -1;
  #big = false;

  /**
   * @param handle The connection.
   * @param gate Its authorizer, which tells when columns may have changed.
   * @param sql One statement.
   */
  constructor(handle: DatabaseSync, gate: AuthorizerGate, sql: string) {
    this.#gate = gate;
    this.#sql = sql;
    this.#expected = countParameters(sql);
    try {
      this.#statement = handle.prepare(sql) as NodeStatement;
    } catch (error) {
      throw sqliteError("prepare", sql, error);
    }
    this.#statement.setReturnArrays(true);
    // A statement that writes cannot be run again when a value turns out to be
    // too large for a number.
    if (/\bRETURNING\b/i.test(sql)) this.#readBigIntegers();
  }

  run(...parameters: unknown[]): SqliteRunResult {
    const values = this.#bindable(parameters);
    try {
      const { changes, lastInsertRowid } = this.#statement.run(...values);
      return {
        changes: Number(changes),
        lastInsertRowid: Number(lastInsertRowid),
      };
    } catch (error) {
      throw sqliteError("run", this.#sql, error);
    }
  }

  get(...parameters: unknown[]): SqliteRow | undefined {
    const values = this.#bindable(parameters);
    const row = this.#attempt(() =>
      this.#statement.get(...values) as unknown as SqliteValue[] | undefined
    );
    return row && makeRow(this.#names(), row, this.#big);
  }

  all(...parameters: unknown[]): SqliteRow[] {
    const values = this.#bindable(parameters);
    const rows = this.#attempt(() =>
      this.#statement.all(...values) as unknown as SqliteValue[][]
    );
    if (rows.length === 0) return [];
    const names = this.#names();
    return rows.map((row) => makeRow(names, row, this.#big));
  }

  #attempt<R>(step: () => R): R {
    try {
      return step();
    } catch (error) {
      if (this.#big || !(error instanceof RangeError)) {
        throw sqliteError("run", this.#sql, error);
      }
      this.#readBigIntegers();
      return this.#attempt(step);
    }
  }

  #readBigIntegers(): void {
    this.#big = true;
    this.#statement.setReadBigInts(true);
  }

  #names(): readonly string[] {
    if (this.#columnsOf !== this.#gate.compilations) {
      this.#columns = this.#statement.columns().map(({ name }) => name);
      this.#columnsOf = this.#gate.compilations;
    }
    return this.#columns;
  }

  #bindable(parameters: readonly unknown[]): SqliteValue[] {
    if (parameters.length !== this.#expected) {
      throw storeError(
        `Cannot run "${this.#sql}": it takes ${this.#expected} values, ` +
          `and ${parameters.length} were given`,
      );
    }
    return toSqliteValues(parameters);
  }
}
