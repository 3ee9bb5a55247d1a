/**
 * A prepared statement of `node:sqlite` that binds and reads what the seam
 * promises.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { AuthorizerGate } from "./authorizer.ts";
import { toSqliteValues } from "../bind.ts";
import type { NodeStatement } from "./node_sqlite_types.ts";
import { makeRow, shrinkInteger } from "../row.ts";
import { countParameters } from "../../sql/sql_text.ts";
import type {
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  SqliteValue,
} from "../sqlite_driver.ts";
import { sqliteError } from "../../sqlite_error.ts";
import { storeError } from "../../store_error.ts";

type Values = SqliteValue[];

const INSERTS = /^\s*(?:INSERT|REPLACE|WITH)\b/i;

/** A statement of one connection. */
export class NodeSqliteStatement implements SqliteStatement {
  readonly #statement: NodeStatement;
  readonly #gate: AuthorizerGate;
  readonly #sql: string;
  readonly #expected: number;
  /**
   * Whether it can be run again, as when a value turns out to be too large for
   * a number: a statement that writes cannot.
   */
  readonly #repeatable: boolean;
  #columns: readonly string[] = [];
  #columnsOf = -1;
  #big = false;

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
    this.#repeatable = !/\bRETURNING\b/i.test(sql);
    // An id may have more bits than a number holds.
    if (!this.#repeatable || INSERTS.test(sql)) this.#readBigIntegers();
  }

  run(...parameters: unknown[]): SqliteRunResult {
    const values = this.#bindable(parameters);
    try {
      const { changes, lastInsertRowid } = this.#statement.run(...values);
      return {
        changes: Number(changes),
        lastInsertRowid: shrinkInteger(lastInsertRowid) as number | bigint,
      };
    } catch (error) {
      throw sqliteError("run", this.#sql, error);
    }
  }

  get(...parameters: unknown[]): SqliteRow | undefined {
    const values = this.#bindable(parameters);
    const row = this.#settle(
      () => this.#statement.get(...values) as Values | undefined,
      (row) => row,
    );
    return row && makeRow(this.#columns, row, this.#big);
  }

  all(...parameters: unknown[]): SqliteRow[] {
    const values = this.#bindable(parameters);
    const rows = this.#settle(
      () => this.#statement.all(...values) as unknown as Values[],
      (rows) => rows[0],
    );
    const columns = this.#columns;
    const big = this.#big;
    const made = new Array<SqliteRow>(rows.length);
    for (let i = 0; i < rows.length; i++) {
      made[i] = makeRow(columns, rows[i]!, big);
    }
    return made;
  }

  // The number of values is that of before the step, in which SQLite may have
  // compiled the statement anew for a table with more or fewer columns.
  #settle<R>(step: () => R, firstOf: (result: R) => Values | undefined): R {
    const result = this.#attempt(step);
    const first = firstOf(result);
    if (first === undefined) return result;
    const isStale = first.length !== this.#names().length;
    return isStale && this.#repeatable ? this.#attempt(step) : result;
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
