/**
 * What a plugin holds as `table`: reads, joins and writes on one table.
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
import { ConditionBuilder, queryOf } from "./condition_builder.ts";
import { addCondition, compares } from "./conditions.ts";
import { insertAndRead, insertRows, withoutList } from "./inserting.ts";
import { ageLimit, assertDated, momentNumber } from "./moments.ts";
import { PendingUpdate } from "./pending_update.ts";
import { forkQuery, Query } from "./query.ts";
import type { JoinKind } from "./query_state.ts";
import { countRows, hasRows, readAll, readFirst } from "./reading.ts";
import { normalizeParser } from "./row_transformer.ts";
import { quoteColumn, quoteIdentifier } from "../sql/sql_text.ts";
import type { SqliteDriver } from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";
import { upsertRow } from "./upserting.ts";
import type {
  BatchUpdate,
  ColumnOf,
  Conditioned,
  DeleteResult,
  InsertBatchResult,
  InsertOptions,
  InsertResult,
  JoinCondition,
  Joined,
  Nullable,
  Parser,
  Row,
  UpdateResult,
  WhereCondition,
} from "../schema/table_types.ts";

/** What a read returns after a join: all columns unless some were selected. */
export type JoinedResult<T, R, J> = [T] extends [R] ? J : R;

/**
 * The interface to one table. A builder collects conditions, columns, order
 * and joins until a terminal call, which uses and forgets them; every other
 * method returns the same builder.
 *
 * `T` is a row of the table, `R` what a read returns.
 *
 * @example Reading and writing
 * ```ts
 * import { column, DB } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * interface Item {
 *   id: number;
 *   name: string;
 *   tags: string[];
 * }
 *
 * using db = new DB(":memory:");
 * const items = db.createTable<Item>("items", {
 *   id: column.id(),
 *   name: column.text({ notNull: true }),
 *   tags: column.json(),
 * });
 * items.insert({ name: "kettle", tags: ["kitchen"] });
 * items.where({ name: "kettle" }).update({ tags: ["kitchen", "hot"] });
 * assertEquals(items.select(["id", "tags"]).where({ id: 1 }).first(), {
 *   id: 1,
 *   tags: ["kitchen", "hot"],
 * });
 * ```
 */
export class QueryBuilder<T = Row, R = T, I extends object = Partial<T>>
  extends ConditionBuilder<T> {
  /**
   * Makes a builder; `db.table()` and `db.createTable()` are the usual way.
   *
   * @param driver How the database is reached.
   * @param table The table's name; it is not looked up.
   * @param parser Which columns are converted.
   */
  constructor(driver: SqliteDriver, table: string, parser?: Parser<T>) {
    quoteIdentifier(table);
    super(new Query(driver, table, parser as Parser));
  }

  /**
   * The name of the table.
   *
   * @returns The name.
   */
  getTableName(): string {
    return queryOf(this).table;
  }

  /**
   * Which columns are converted.
   *
   * @returns The parser, every part filled in.
   */
  getParser(): Parser<T> & Required<Omit<Parser<T>, "UNIX" | "TYPES">> {
    const { UNIX, TYPES, ...lists } = queryOf(this).transformer.parser;
    return structuredClone({
      ...lists,
      ...(Object.keys(UNIX).length === 0 ? {} : { UNIX }),
      ...(Object.keys(TYPES).length === 0 ? {} : { TYPES }),
    }) as unknown as Parser<T> & Required<Omit<Parser<T>, "UNIX" | "TYPES">>;
  }

  /**
   * Selects every column, which is the default.
   *
   * @param columns `["*"]`.
   * @returns The same builder.
   */
  select(columns?: readonly ["*"]): QueryBuilder<T, T>;
  /**
   * Selects some columns.
   *
   * @param columns Their names.
   * @returns The same builder; its rows have these columns only.
   */
  select<K extends keyof T & string>(
    columns: readonly K[],
  ): QueryBuilder<T, Pick<T, K>>;
  select(columns: readonly string[] = ["*"]): unknown {
    if (!Array.isArray(columns) || columns.length === 0) {
      throw storeError("Cannot select: the columns must be a non-empty array");
    }
    const everything = columns.length === 1 && columns[0] === "*";
    columns.forEach(quoteColumn);
    queryOf(this).state.columns = everything ? null : [...columns];
    return this;
  }

  /**
   * Joins rows that match; the same as {@linkcode QueryBuilder.innerJoin}.
   *
   * @param builder A builder of the other table.
   * @param condition Columns of this table by columns of the other one, or the
   * text of the ON clause.
   * @param alias Another name for the other table.
   * @returns The same builder; its rows have the columns of both.
   */
  join<U, S>(
    builder: QueryBuilder<U, S>,
    condition: JoinCondition<T, U>,
    alias?: string,
  ): QueryBuilder<Joined<T, U>, JoinedResult<T, R, Joined<T, U>>> {
    return this.#join("INNER", builder, { condition, alias });
  }

  /**
   * Joins rows that match.
   *
   * @param builder A builder of the other table.
   * @param condition How the rows match.
   * @param alias Another name for the other table.
   * @returns The same builder; its rows have the columns of both.
   */
  innerJoin<U, S>(
    builder: QueryBuilder<U, S>,
    condition: JoinCondition<T, U>,
    alias?: string,
  ): QueryBuilder<Joined<T, U>, JoinedResult<T, R, Joined<T, U>>> {
    return this.#join("INNER", builder, { condition, alias });
  }

  /**
   * Joins, keeping every row of this table.
   *
   * @param builder A builder of the other table.
   * @param condition How the rows match.
   * @param alias Another name for the other table.
   * @returns The same builder; columns of the other table may be `null`.
   */
  leftJoin<U, S>(
    builder: QueryBuilder<U, S>,
    condition: JoinCondition<T, U>,
    alias?: string,
  ): QueryBuilder<
    Joined<T, Nullable<U>>,
    JoinedResult<T, R, Joined<T, Nullable<U>>>
  > {
    return this.#join("LEFT", builder, { condition, alias });
  }

  /**
   * Joins, keeping every row of the other table.
   *
   * @param builder A builder of the other table.
   * @param condition How the rows match.
   * @param alias Another name for the other table.
   * @returns The same builder; columns of this table may be `null`.
   */
  rightJoin<U, S>(
    builder: QueryBuilder<U, S>,
    condition: JoinCondition<T, U>,
    alias?: string,
  ): QueryBuilder<
    Joined<Nullable<T>, U>,
    JoinedResult<T, R, Joined<Nullable<T>, U>>
  > {
    return this.#join("RIGHT", builder, { condition, alias });
  }

  /**
   * Joins, keeping every row of both tables.
   *
   * @param builder A builder of the other table.
   * @param condition How the rows match.
   * @param alias Another name for the other table.
   * @returns The same builder; any column may be `null`.
   */
  fullJoin<U, S>(
    builder: QueryBuilder<U, S>,
    condition: JoinCondition<T, U>,
    alias?: string,
  ): QueryBuilder<
    Joined<Nullable<T>, Nullable<U>>,
    JoinedResult<T, R, Joined<Nullable<T>, Nullable<U>>>
  > {
    return this.#join("FULL", builder, { condition, alias });
  }

  /**
   * Joins every row with every row.
   *
   * @param builder A builder of the other table.
   * @param alias Another name for the other table.
   * @returns The same builder; its rows have the columns of both.
   */
  crossJoin<U, S>(
    builder: QueryBuilder<U, S>,
    alias?: string,
  ): QueryBuilder<Joined<T, U>, JoinedResult<T, R, Joined<T, U>>> {
    return this.#join("CROSS", builder, { alias });
  }

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
   *
   * @example Sorting, paging, single values
   * ```ts
   * import { column, DB } from "@dockstat/plugin-handler/sqlite";
   * import { assertEquals } from "@std/assert";
   *
   * using db = new DB(":memory:");
   * const people = db.createTable("people", {
   *   id: column.id(),
   *   name: column.text(),
   *   age: column.integer(),
   * });
   * people.insert([{ name: "Ada", age: 36 }, { name: "Bob", age: 25 }]);
   * assertEquals(people.orderBy("age").limit(1).all(), [
   *   { id: 2, name: "Bob", age: 25 },
   * ]);
   * assertEquals(people.where({ name: "Ada" }).value("age"), 36);
   * assertEquals(people.where({ name: "Cy" }).first(), null);
   * ```
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

  /**
   * Inserts one row, or several in one transaction. A column that a row does
   * not have, or that is `undefined` in it, gets its default.
   *
   * @param data A row or rows.
   * @param options What happens on a conflict.
   * @returns The id of the last row, and how many were inserted.
   * @throws {ConstraintError} `CONSTRAINT_FAILED` when a row breaks a constraint.
   * @throws {PluginError} `STORE_FAILED` when there is nothing to insert.
   *
   * @example One row, and several
   * ```ts
   * import { column, DB } from "@dockstat/plugin-handler/sqlite";
   * import { assertEquals } from "@std/assert";
   *
   * using db = new DB(":memory:");
   * const people = db.createTable("people", {
   *   id: column.id(),
   *   name: column.text(),
   *   age: column.integer(),
   * });
   * assertEquals(people.insert({ name: "Ada" }).insertId, 1);
   * assertEquals(people.insert([{ name: "Bob" }, { name: "Cy" }]).changes, 2);
   * ```
   */
  insert(
    data: I | readonly I[],
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
  insertOrIgnore(data: I | readonly I[]): InsertResult {
    return this.insert(data, { orIgnore: true });
  }

  /**
   * Inserts, deleting the rows that stand in the way.
   *
   * @param data A row or rows.
   * @returns The id of the last row, and how many were inserted.
   */
  insertOrReplace(data: I | readonly I[]): InsertResult {
    return this.insert(data, { orReplace: true });
  }

  /**
   * Inserts; a violation undoes the statement, as without an option.
   *
   * @param data A row or rows.
   * @returns The id of the last row, and how many were inserted.
   */
  insertOrAbort(data: I | readonly I[]): InsertResult {
    return this.insert(data, { orAbort: true });
  }

  /**
   * Inserts; a violation stops the statement.
   *
   * @param data A row or rows.
   * @returns The id of the last row, and how many were inserted.
   */
  insertOrFail(data: I | readonly I[]): InsertResult {
    return this.insert(data, { orFail: true });
  }

  /**
   * Inserts; a violation rolls the whole transaction back.
   *
   * @param data A row or rows.
   * @returns The id of the last row, and how many were inserted.
   */
  insertOrRollback(data: I | readonly I[]): InsertResult {
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
   * same unique or primary key. Columns that are not given stay as they are; a
   * row that is there needs no other column, also where it must not be NULL.
   *
   * @param row The row.
   * @returns How many rows changed.
   *
   * @example The columns that are given change
   * ```ts
   * import { column, DB } from "@dockstat/plugin-handler/sqlite";
   * import { assertEquals } from "@std/assert";
   *
   * using db = new DB(":memory:");
   * const people = db.createTable("people", {
   *   id: column.id(),
   *   name: column.text(),
   *   age: column.integer(),
   * });
   * people.insert({ name: "Ada", age: 36 });
   * people.upsert({ id: 1, age: 37 });
   * people.upsert({ id: 2, name: "Bob" });
   * assertEquals(people.orderBy("id").all(), [
   *   { id: 1, name: "Ada", age: 37 },
   *   { id: 2, name: "Bob", age: null },
   * ]);
   * ```
   */
  upsert(row: Partial<T>): UpdateResult {
    const query = queryOf(this);
    query.take();
    return upsertRow(query, row);
  }

  /**
   * Updates the rows that match, at once.
   *
   * @param data The columns to set; `null` and `undefined` set NULL.
   * @returns How many rows matched.
   * @throws {ConstraintError} `CONSTRAINT_FAILED` when a row breaks a constraint.
   * @throws {PluginError} `STORE_FAILED` when there is nothing to set.
   *
   * @example By a condition
   * ```ts
   * import { column, DB } from "@dockstat/plugin-handler/sqlite";
   * import { assertEquals } from "@std/assert";
   *
   * using db = new DB(":memory:");
   * const people = db.createTable("people", {
   *   id: column.id(),
   *   name: column.text(),
   *   age: column.integer(),
   * });
   * people.insert([{ name: "Ada", age: 36 }, { name: "Bob", age: 25 }]);
   * assertEquals(people.where("age", ">", 30).update({ age: 37 }).changes, 1);
   * assertEquals(people.where({ id: 1 }).value("age"), 37);
   * ```
   */
  update(
    this: QueryBuilder<T, R> & Conditioned,
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
   *
   * @example By a pattern
   * ```ts
   * import { column, DB } from "@dockstat/plugin-handler/sqlite";
   * import { assertEquals } from "@std/assert";
   *
   * using db = new DB(":memory:");
   * const people = db.createTable("people", {
   *   id: column.id(),
   *   name: column.text(),
   *   age: column.integer(),
   * });
   * people.insert([{ name: "Ada" }, { name: "Bob" }]);
   * assertEquals(people.whereRgx({ name: /^B/ }).delete(), { changes: 1 });
   * assertEquals(people.pluck("name"), ["Ada"]);
   * ```
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
   * @default now, in the form that the column is defined to hold, else in Unix
   * seconds
   * @returns How many rows matched.
   */
  softDelete(
    column: ColumnOf<T> = "deleted_at" as ColumnOf<T>,
    value?: unknown,
  ): UpdateResult {
    return this.#mark(
      "SOFT DELETE",
      column,
      markOf(queryOf(this), column, value),
    );
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
   * Deletes the rows whose column is below a value, of those that match. A
   * `Date`, or ISO text, is compared as a moment.
   *
   * @param column The column.
   * @param value The lowest value that is kept.
   * @returns How many rows were deleted.
   * @throws {PluginError} `STORE_FAILED` for a moment where nobody knows what
   * the column counts, and for milliseconds where it counts seconds.
   */
  deleteOlderThan<K extends ColumnOf<T>>(
    column: K,
    value: T[K] | number | string | Date,
  ): DeleteResult {
    const query = queryOf(this);
    const unit = query.transformer.unitOf(column);
    const limit = ageLimit(column, value, unit);
    addCondition(query.state.conditions, compares(column, "<", limit));
    return deleteRows(query, query.take());
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

  // The type of the result depends on the kind of join, which each public
  // method states.
  #join<B>(
    kind: JoinKind,
    builder: { getTableName(): string; getParser(): Parser<never> },
    { condition, alias }: { condition?: unknown; alias?: string | undefined },
  ): B {
    if (typeof builder?.getTableName !== "function") {
      throw storeError("Cannot join: what is joined is no table's builder");
    }
    queryOf(this).state.joins.push({
      kind,
      table: builder.getTableName(),
      parser: normalizeParser(builder.getParser() as Parser),
      ...(alias === undefined ? {} : { alias }),
      ...(condition === undefined
        ? {}
        : { condition: condition as string | Record<string, string> }),
    });
    return this as unknown as B;
  }
}

function markOf(query: Query, column: string, value: unknown): unknown {
  const { transformer, driver, table } = query;
  const unit = transformer.unitOf(column);
  if (value === undefined) {
    const isText = unit === undefined &&
      transformer.parser.DATE.includes(column);
    return isText ? new Date() : momentNumber(new Date(), unit ?? "s");
  }
  if (value instanceof Date && unit === undefined) {
    assertDated(driver, [table], column);
  }
  return value;
}

function wholeNumber(what: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw storeError(
    `Cannot set the ${what} to ${String(count)}: ` +
      "it must be a whole number that is not negative",
  );
}
