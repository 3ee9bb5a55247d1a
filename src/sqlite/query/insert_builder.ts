/**
 * The inserts of a table.
 *
 * @module
 */
import { queryOf } from "./condition_builder.ts";
import {
  insertAndRead,
  insertRows,
  upsertRow,
  withoutList,
} from "./inserting.ts";
import { SelectBuilder } from "./select_builder.ts";
import type {
  InsertBatchResult,
  InsertOptions,
  InsertResult,
  Row,
  UpdateResult,
} from "../schema/table_types.ts";

/**
 * Adds rows to a table. Conditions collected before do not matter.
 *
 * @example One row, many rows, one row or another
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
 * assertEquals(table.insert({ name: "Ada", age: 36 }).insertId, 1);
 * assertEquals(table.insertBatch([{ name: "Bob" }, { name: "Cy" }]).changes, 2);
 * table.upsert({ id: 1, age: 37 });
 * assertEquals(table.where({ id: 1 }).first(), { id: 1, name: "Ada", age: 37 });
 * ```
 */
export class InsertBuilder<T = Row, R = T> extends SelectBuilder<T, R> {
  /**
   * Inserts one row, or several in one transaction. A column that a row does
   * not have, or that is `undefined` in it, gets its default.
   *
   * @param data A row or rows.
   * @param options What happens on a conflict.
   * @returns The id of the last row, and how many were inserted.
   * @throws {PluginError} `STORE_FAILED` when a constraint is violated, or
   * there is nothing to insert.
   */
  insert(
    data: Partial<T> | readonly Partial<T>[],
    options?: InsertOptions,
  ): InsertResult {
    const query = queryOf(this);
    query.take();
    return withoutList(insertRows(query, data, { method: "insert", options }));
  }

  /**
   * Inserts, leaving out rows that violate a constraint.
   *
   * @param data A row or rows.
   * @returns The id of the last row, 0 when all were left out.
   */
  insertOrIgnore(data: Partial<T> | readonly Partial<T>[]): InsertResult {
    return this.insert(data, { orIgnore: true });
  }

  /**
   * Inserts, deleting the rows that stand in the way.
   *
   * @param data A row or rows.
   * @returns The id of the last row, and how many were inserted.
   */
  insertOrReplace(data: Partial<T> | readonly Partial<T>[]): InsertResult {
    return this.insert(data, { orReplace: true });
  }

  /**
   * Inserts; a violation undoes the statement, as without an option.
   *
   * @param data A row or rows.
   * @returns The id of the last row, and how many were inserted.
   */
  insertOrAbort(data: Partial<T> | readonly Partial<T>[]): InsertResult {
    return this.insert(data, { orAbort: true });
  }

  /**
   * Inserts; a violation stops the statement.
   *
   * @param data A row or rows.
   * @returns The id of the last row, and how many were inserted.
   */
  insertOrFail(data: Partial<T> | readonly Partial<T>[]): InsertResult {
    return this.insert(data, { orFail: true });
  }

  /**
   * Inserts; a violation rolls the whole transaction back.
   *
   * @param data A row or rows.
   * @returns The id of the last row, and how many were inserted.
   */
  insertOrRollback(data: Partial<T> | readonly Partial<T>[]): InsertResult {
    return this.insert(data, { orRollback: true });
  }

  /**
   * Inserts a row and reads it back, defaults filled in.
   *
   * @param row The row.
   * @param options What happens on a conflict.
   * @returns The stored row; `null` when none was inserted, or when the table
   * has no rowid.
   */
  insertAndGet(row: Partial<T>, options?: InsertOptions): T | null {
    const query = queryOf(this);
    query.take();
    return query.driver.transaction(() => insertAndRead(query, row, options)) as
      | T
      | null;
  }

  /**
   * Inserts rows in one transaction: all of them, or none.
   *
   * @param rows At least one row.
   * @param options What happens on a conflict.
   * @returns The ids of the inserted rows, and how many there are.
   */
  insertBatch(
    rows: readonly Partial<T>[],
    options?: InsertOptions,
  ): InsertBatchResult {
    const query = queryOf(this);
    query.take();
    return insertRows(query, rows, { method: "insertBatch", options });
  }

  /**
   * Inserts a row, or overwrites the given columns of the row that has the
   * same unique or primary key. Columns that are not given stay as they are.
   *
   * @param row The row.
   * @returns How many rows changed.
   */
  upsert(row: Partial<T>): UpdateResult {
    const query = queryOf(this);
    query.take();
    return upsertRow(query, row);
  }
}
