/**
 * The updates and deletes of a table.
 *
 * @module
 */
import {
  addTo,
  assignmentsOf,
  deleteBatch,
  deleteDuplicates,
  deleteRows,
  readThenChange,
  truncate,
  updateBatch,
  updateRows,
} from "./changing.ts";
import { queryOf } from "./condition_builder.ts";
import { addCondition, compares } from "./conditions.ts";
import { InsertBuilder } from "./insert_builder.ts";
import { PendingUpdate } from "./pending_update.ts";
import { forkQuery } from "./query.ts";
import type {
  BatchUpdate,
  ColumnOf,
  Conditioned,
  DeleteResult,
  Row,
  UpdateResult,
  WhereCondition,
} from "../schema/table_types.ts";

/**
 * Changes the rows of a table. Every change but `truncate` needs a condition.
 *
 * @example Updating and deleting
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
 * assertEquals(table.where({ id: 1 }).update({ age: 37 }).changes, 1);
 * assertEquals(table.whereRgx({ name: /^B/ }).delete().changes, 1);
 * assertEquals(table.all(), [{ id: 1, name: "Ada", age: 37 }]);
 * ```
 */
export class WriteBuilder<T = Row, R = T> extends InsertBuilder<T, R> {
  /**
   * Updates the rows that match, at once.
   *
   * @param data The columns to set; `null` and `undefined` set NULL.
   * @returns How many rows matched.
   * @throws {PluginError} `STORE_FAILED` when a constraint is violated, or
   * there is nothing to set.
   */
  update(
    this: WriteBuilder<T, R> & Conditioned,
    data: Partial<T>,
  ): UpdateResult;
  /**
   * Prepares an update; nothing happens until its `run()`.
   *
   * @param data The columns to set; `null` and `undefined` set NULL.
   * @returns An update that takes conditions.
   */
  update(data: Partial<T>): PendingUpdate<T>;
  update(data: Partial<T>): UpdateResult | PendingUpdate<T> {
    const query = queryOf(this);
    const isPending = !this.hasCondition;
    const state = query.take();
    const assignments = assignmentsOf(query, data);
    if (isPending) return new PendingUpdate<T>(forkQuery(query), assignments);
    return updateRows(query, state, { operation: "UPDATE", assignments });
  }

  /**
   * Updates the rows that match.
   *
   * @param data The columns to set.
   * @returns The rows as they were before; none when nothing changed.
   */
  updateAndGet(data: Partial<T>): T[] {
    const query = queryOf(this);
    const state = query.take();
    const assignments = assignmentsOf(query, data);
    const operation = "UPDATE";
    return readThenChange(query, state, {
      operation,
      change: () => updateRows(query, state, { operation, assignments }),
    }) as T[];
  }

  /**
   * Runs several updates in one transaction: all of them, or none.
   *
   * @param updates Equality conditions, and the columns to set; an entry
   * without columns is skipped.
   * @returns How many rows matched in all.
   */
  updateBatch(updates: readonly BatchUpdate<T>[]): UpdateResult {
    const query = queryOf(this);
    query.take();
    return updateBatch(query, updates as readonly BatchUpdate[]);
  }

  /**
   * Adds to a column of the rows that match; NULL stays NULL.
   *
   * @param column The column.
   * @param amount What is added.
   * @default 1
   * @returns How many rows matched.
   */
  increment(column: ColumnOf<T>, amount = 1): UpdateResult {
    const query = queryOf(this);
    return updateRows(query, query.take(), {
      operation: "INCREMENT",
      assignments: addTo(column, amount),
    });
  }

  /**
   * Subtracts from a column of the rows that match; NULL stays NULL.
   *
   * @param column The column.
   * @param amount What is subtracted.
   * @default 1
   * @returns How many rows matched.
   */
  decrement(column: ColumnOf<T>, amount = 1): UpdateResult {
    return this.increment(column, -amount);
  }

  /**
   * Deletes the rows that match.
   *
   * @returns How many rows were deleted.
   */
  delete(): DeleteResult {
    const query = queryOf(this);
    return deleteRows(query, query.take());
  }

  /**
   * Deletes the rows that match.
   *
   * @returns The deleted rows.
   */
  deleteAndGet(): T[] {
    const query = queryOf(this);
    const state = query.take();
    return readThenChange(query, state, {
      operation: "DELETE",
      change: () => deleteRows(query, state),
    }) as T[];
  }

  /**
   * Marks the rows that match as deleted.
   *
   * @param column The column that holds the mark.
   * @default "deleted_at"
   * @param value The mark.
   * @default now, in Unix seconds
   * @returns How many rows matched.
   */
  softDelete(
    column: ColumnOf<T> = "deleted_at" as ColumnOf<T>,
    value: unknown = Math.floor(Date.now() / 1000),
  ): UpdateResult {
    return this.#mark("SOFT DELETE", column, value);
  }

  /**
   * Takes the mark of deletion off the rows that match.
   *
   * @param column The column that holds the mark.
   * @default "deleted_at"
   * @returns How many rows matched.
   */
  restore(column: ColumnOf<T> = "deleted_at" as ColumnOf<T>): UpdateResult {
    return this.#mark("RESTORE", column, null);
  }

  /**
   * Runs several deletes in one transaction: all of them, or none.
   *
   * @param conditions The equality conditions of each.
   * @returns How many rows were deleted in all.
   */
  deleteBatch(conditions: readonly WhereCondition<T>[]): DeleteResult {
    const query = queryOf(this);
    query.take();
    return deleteBatch(query, conditions);
  }

  /**
   * Deletes every row; the one change that needs no condition.
   *
   * @returns How many rows were deleted.
   */
  truncate(): DeleteResult {
    const query = queryOf(this);
    query.take();
    return truncate(query);
  }

  /**
   * Deletes the rows whose column is below a value, of those that match.
   *
   * @param column The column.
   * @param value The lowest value that is kept.
   * @returns How many rows were deleted.
   */
  deleteOlderThan<K extends ColumnOf<T>>(
    column: K,
    value: T[K] | number | string | Date,
  ): DeleteResult {
    const query = queryOf(this);
    const state = query.take();
    addCondition(state.conditions, compares(column, "<", value));
    return deleteRows(query, state);
  }

  /**
   * Deletes all but the lowest rowid of each group of rows that are equal in
   * the columns, of those that match.
   *
   * @param columns At least one column.
   * @returns How many rows were deleted.
   */
  deleteDuplicates(columns: readonly ColumnOf<T>[]): DeleteResult {
    const query = queryOf(this);
    return deleteDuplicates(query, query.take(), columns);
  }

  #mark(operation: string, column: string, value: unknown): UpdateResult {
    const query = queryOf(this);
    const state = query.take();
    const assignments = assignmentsOf(query, { [column]: value });
    return updateRows(query, state, { operation, assignments });
  }
}
