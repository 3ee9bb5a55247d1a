/**
 * The reading half of a table: which columns, which order, how many rows, and
 * the calls that fetch them.
 *
 * @module
 */
import { ConditionBuilder, queryOf } from "./condition_builder.ts";
import { countRows, hasRows, readAll, readFirst } from "./reading.ts";
import { quoteColumn } from "../sql/sql_text.ts";
import { storeError } from "../store_error.ts";
import type { ColumnOf, Row } from "../schema/table_types.ts";

/**
 * Reads a table. `T` is a row of the table, `R` what a read returns.
 *
 * @example Sorting, paging, single values
 * ```ts
 * import { column, DB } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * using db = new DB(":memory:");
 * const table = db.createTable<{ id: number; name: string; age: number }>(
 *   "people",
 *   { id: column.id(), name: column.text(), age: column.integer() },
 * );
 *
 * table.insert([{ name: "Ada", age: 36 }, { name: "Bob", age: 25 }]);
 * assertEquals(table.orderBy("age").limit(1).pluck("name"), ["Bob"]);
 * assertEquals(table.where({ name: "Ada" }).value("age"), 36);
 * assertEquals(table.where({ name: "Cy" }).first(), null);
 * ```
 */
export class SelectBuilder<T = Row, R = T> extends ConditionBuilder<T> {
  /**
   * Sets the column to sort by; the last call counts.
   *
   * @param column The column.
   * @returns The same builder.
   */
  orderBy(column: ColumnOf<T>): this {
    quoteColumn(column);
    queryOf(this).state.orderBy = column;
    return this;
  }

  /**
   * Sorts upwards, which is the default.
   *
   * @returns The same builder.
   */
  asc(): this {
    queryOf(this).state.direction = "ASC";
    return this;
  }

  /**
   * Sorts downwards.
   *
   * @returns The same builder.
   */
  desc(): this {
    queryOf(this).state.direction = "DESC";
    return this;
  }

  /**
   * Sets how many rows are read at most.
   *
   * @param count A whole number; 0 gives nothing.
   * @returns The same builder.
   * @throws {PluginError} `STORE_FAILED` when it is negative or not whole.
   */
  limit(count: number): this {
    queryOf(this).state.limit = wholeNumber("limit", count);
    return this;
  }

  /**
   * Sets how many rows are passed over.
   *
   * @param count A whole number.
   * @returns The same builder.
   * @throws {PluginError} `STORE_FAILED` when it is negative or not whole.
   */
  offset(count: number): this {
    queryOf(this).state.offset = wholeNumber("offset", count);
    return this;
  }

  /**
   * Reads every row that matches.
   *
   * @returns The rows; an empty array when nothing matches.
   */
  all(): R[] {
    const query = queryOf(this);
    return readAll(query, query.take()) as R[];
  }

  /**
   * Reads the first row that matches; a limit of 0 gives none.
   *
   * @returns The row, or `null`.
   */
  get(): R | null {
    const query = queryOf(this);
    return readFirst(query, query.take()) as R | null;
  }

  /**
   * Reads the first row that matches, whatever limit was set.
   *
   * @returns The row, or `null`.
   */
  first(): R | null {
    const query = queryOf(this);
    const state = query.take();
    state.limit = 1;
    return readFirst(query, state) as R | null;
  }

  /**
   * Reads one column of the first row that matches.
   *
   * @param column The column.
   * @returns Its value; `null` without a row.
   */
  value<K extends ColumnOf<T>>(column: K): T[K] | null {
    const query = queryOf(this);
    const state = query.take();
    state.columns = [column];
    state.limit = 1;
    const row = readFirst(query, state) as Row | null;
    return row === null ? null : row[column];
  }

  /**
   * Reads one column of every row that matches.
   *
   * @param column The column.
   * @returns Its values in order, NULL included.
   */
  pluck<K extends ColumnOf<T>>(column: K): T[K][] {
    const query = queryOf(this);
    const state = query.take();
    state.columns = [column];
    return readAll(query, state).map((row) => (row as Row)[column]);
  }

  /**
   * Counts the rows that match; limit, offset and columns do not matter.
   *
   * @returns The number of rows.
   */
  count(): number {
    const query = queryOf(this);
    return countRows(query, query.take());
  }

  /**
   * Asks whether any row matches.
   *
   * @returns Whether there is one.
   */
  exists(): boolean {
    const query = queryOf(this);
    return hasRows(query, query.take());
  }
}

function wholeNumber(what: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw storeError(
    `Cannot set the ${what} to ${String(count)}: ` +
      "it must be a whole number that is not negative",
  );
}
