/**
 * Runs the updates and deletes. With a pattern among the conditions the rows
 * are read, filtered, and changed one by one, in one transaction.
 *
 * @module
 */
import { type Condition, equals, expression } from "./conditions.ts";
import {
  bindConditions,
  type Query,
  refusePaging,
  requireCondition,
} from "./query.ts";
import {
  assignColumns,
  compileDelete,
  compileDeleteDuplicates,
  compileSelect,
  compileUpdate,
} from "./query_compiler.ts";
import { emptyState, type QueryState } from "./query_state.ts";
import { dropRaw, matches, withRaw } from "./reading.ts";
import { encodeRow } from "./inserting.ts";
import { quoteColumn } from "../sql/sql_text.ts";
import type { SqliteParameter, SqliteRow } from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";
import { tableKey } from "./table_key.ts";
import type { BatchUpdate, UpdateResult } from "../schema/table_types.ts";

/** What an update sets. */
export interface Assignments {
  /** What follows SET. */
  readonly sql: string;
  /** Its parameters. */
  readonly values: readonly SqliteParameter[];
}

/**
 * The assignments of an `update` call.
 *
 * @param data Columns and values; `undefined` sets NULL.
 */
export function assignmentsOf(query: Query, data: object): Assignments {
  const columns = Object.keys(data ?? {});
  if (columns.length === 0) throw storeError("update: no columns to update");
  return {
    sql: assignColumns(columns),
    values: encodeRow(query, data, columns),
  };
}

/** Updates the rows that match. */
export function updateRows(
  query: Query,
  state: QueryState,
  { operation, assignments }: {
    readonly operation: string;
    readonly assignments: Assignments;
  },
): UpdateResult {
  guard(operation, state);
  return changeRows(query, state, (conditions) => ({
    sql: compileUpdate(query.table, assignments.sql, conditions),
    values: assignments.values,
  }));
}

/** Deletes the rows that match. */
export function deleteRows(query: Query, state: QueryState): UpdateResult {
  guard("DELETE", state);
  return changeRows(query, state, (conditions) => ({
    sql: compileDelete(query.table, conditions),
    values: [],
  }));
}

/**
 * Reads the rows that match, runs a change on them, and returns them as they
 * were before.
 *
 * @returns The rows, converted; none when nothing changed.
 */
export function readThenChange(
  query: Query,
  state: QueryState,
  { operation, change }: {
    readonly operation: string;
    readonly change: () => UpdateResult;
  },
): SqliteRow[] {
  guard(operation, state);
  return query.driver.transaction(() => {
    const before = readRaw(query, state, "*")
      .map((row) => dropRaw(row, state.filters.length));
    return change().changes === 0 ? [] : query.transformer.decodeAll(before);
  });
}

/** Deletes every row. */
export function truncate({ driver, table }: Query): UpdateResult {
  const { changes } = driver.run(compileDelete(table, []));
  return { changes };
}

/**
 * Runs several updates in one transaction.
 *
 * @param updates Conditions and values; entries without values are skipped.
 */
export function updateBatch(
  query: Query,
  updates: readonly BatchUpdate[],
): UpdateResult {
  if (!Array.isArray(updates) || updates.length === 0) {
    throw storeError("updateBatch: updates must be a non-empty array");
  }
  return inBatch(query, updates, (entry) => {
    const state = equalityState(query, entry?.where, UPDATE_BATCH_EMPTY);
    const data = entry.data ?? {};
    if (Object.keys(data).length === 0) return { changes: 0 };
    const assignments = assignmentsOf(query, data);
    return updateRows(query, state, { operation: "UPDATE", assignments });
  });
}

/** Runs several deletes in one transaction. */
export function deleteBatch(
  query: Query,
  conditions: readonly object[],
): UpdateResult {
  if (!Array.isArray(conditions) || conditions.length === 0) {
    throw storeError("deleteBatch: conditions must be a non-empty array");
  }
  return inBatch(
    query,
    conditions,
    (condition) =>
      deleteRows(query, equalityState(query, condition, DELETE_BATCH_EMPTY)),
  );
}

/** Deletes all but the first row of each group of equal rows. */
export function deleteDuplicates(
  query: Query,
  state: QueryState,
  columns: readonly string[],
): UpdateResult {
  if (!Array.isArray(columns) || columns.length === 0) {
    throw storeError("deleteDuplicates: columns must be a non-empty array");
  }
  if (state.filters.length > 0) {
    throw storeError("Cannot run deleteDuplicates with a pattern");
  }
  const { driver, table, transformer } = query;
  const { conditions } = state;
  const key = tableKey(driver, table).columns;
  const sql = compileDeleteDuplicates(table, columns, { key, conditions });
  const { changes } = driver.run(sql, bindConditions(conditions, transformer));
  return { changes };
}

/** The assignment that adds to a column. */
export function addTo(column: string, amount: number): Assignments {
  if (typeof amount !== "number" || !Number.isFinite(amount)) {
    throw storeError(`Cannot add ${String(amount)} to "${column}"`);
  }
  const name = quoteColumn(column);
  return { sql: `${name} = ${name} + ?`, values: [amount] };
}

const UPDATE_BATCH_EMPTY =
  "updateBatch: each update must have WHERE conditions";
const DELETE_BATCH_EMPTY =
  "deleteBatch: each delete must have WHERE conditions";

type Statement = (conditions: readonly Condition[]) => Assignments;

function guard(operation: string, state: QueryState): void {
  requireCondition(operation, state);
  refusePaging(operation, state);
}

function changeRows(
  query: Query,
  state: QueryState,
  statement: Statement,
): UpdateResult {
  const { driver } = query;
  if (state.filters.length === 0) {
    const changes = runOn(query, state.conditions, statement);
    return { changes };
  }
  return driver.transaction(() => {
    let changes = 0;
    for (const row of matchingKeys(query, state)) {
      changes += runOn(query, [row], statement);
    }
    return { changes };
  });
}

function runOn(
  { driver, transformer }: Query,
  conditions: readonly Condition[],
  statement: Statement,
): number {
  const { sql, values } = statement(conditions);
  const bound = bindConditions(conditions, transformer);
  return driver.run(sql, values.length === 0 ? bound : [...values, ...bound])
    .changes;
}

function matchingKeys(query: Query, state: QueryState): Condition[] {
  const key = tableKey(query.driver, query.table).columns;
  const names = key.map((column, i) =>
    `${quoteColumn(column)} AS ${quoteColumn(`key ${i}`)}`
  );
  const same = key.map((column) => `${quoteColumn(column)} = ?`).join(" AND ");
  return readRaw(query, state, names.join(", ")).map((row) =>
    expression(same, key.map((_, i) => row[`key ${i}`]))
  );
}

function readRaw(
  query: Query,
  state: QueryState,
  columns: string,
): SqliteRow[] {
  const { conditions, filters } = state;
  const sql = compileSelect(query.table, { ...emptyState(), conditions }, {
    columns: withRaw(columns, filters.map(({ column }) => column)),
  });
  return query.driver.all(sql, bindConditions(conditions, query.transformer))
    .filter((row) => matches(row, filters, query.transformer));
}

function inBatch<E>(
  { driver }: Query,
  entries: readonly E[],
  run: (entry: E) => UpdateResult,
): UpdateResult {
  return driver.transaction(() => {
    let changes = 0;
    for (const entry of entries) changes += run(entry).changes;
    return { changes };
  });
}

function equalityState(
  query: Query,
  condition: object,
  whenEmpty: string,
): QueryState {
  const entries = Object.entries(condition ?? {});
  if (entries.length === 0) throw storeError(whenEmpty);
  const conditions = entries.map(([column, value]) => equals(column, value));
  return { ...emptyState(), conditions: query.settle(conditions) };
}
