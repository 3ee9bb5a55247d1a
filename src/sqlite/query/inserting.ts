/**
 * Runs the inserts.
 *
 * @module
 */
import type { Query } from "./query.ts";
import { compileInsert } from "./query_compiler.ts";
import { quoteColumn, quoteIdentifier } from "../sql/sql_text.ts";
import type {
  SqliteParameter,
  SqliteRunResult,
  SqliteStatement,
} from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";
import { tableKey } from "./table_key.ts";
import type {
  InsertBatchResult,
  InsertOptions,
  InsertResult,
  Row,
} from "../schema/table_types.ts";

/** How rows are inserted, and what to say when there is nothing to insert. */
export interface InsertCall {
  /** The name of the method, for messages. */
  readonly method: string;
  /** What happens on a conflict. */
  readonly options?: InsertOptions;
}

/** Inserts one row or several; several in one transaction. */
export function insertRows(
  query: Query,
  data: object | readonly object[],
  { method, options = {} }: InsertCall,
): InsertBatchResult {
  const rows = Array.isArray(data) ? data : [data];
  assertRows(rows, method);
  const inserter = new RowInserter(query, options);
  if (rows.length === 1) inserter.insert(rows[0]!);
  else query.driver.transaction(() => inserter.insertAll(rows));
  const insertedIDs = inserter.ids.map(Number);
  const insertId = insertedIDs.at(-1) ?? 0;
  return {
    insertId,
    lastInsertRowid: insertId,
    changes: inserter.changes,
    insertedIDs,
  };
}

/** The parts of a result that `insert` promises. */
export function withoutList(result: InsertBatchResult): InsertResult {
  const { insertId, lastInsertRowid, changes } = result;
  return { insertId, lastInsertRowid, changes };
}

/**
 * Inserts a row and reads it back.
 *
 * @returns The stored row; null when none was inserted or the table has no
 * rowid.
 */
export function insertAndRead(
  query: Query,
  row: object,
  options?: InsertOptions,
): Row | null {
  const { driver, table, transformer } = query;
  assertRows([row], "insert");
  const inserter = new RowInserter(query, options ?? {});
  inserter.insert(row);
  if (inserter.ids.length === 0) return null;
  const key = tableKey(driver, table);
  if (!key.rowid) return null;
  const stored = driver.get(
    `SELECT * FROM ${quoteIdentifier(table)} WHERE ${
      quoteColumn(key.columns[0]!)
    } = ?`,
    [inserter.ids[0]],
  );
  return stored === undefined ? null : transformer.decode(stored);
}

/** The values of a row, as they are bound. */
export function encodeRow(
  { transformer, table }: Query,
  row: object,
  columns: readonly string[],
): SqliteParameter[] {
  const cells = row as Row;
  return columns.map((column) =>
    transformer.encodeCell(column, cells[column], table) as SqliteParameter
  );
}

/** How many rows a driver is handed at once. */
const MAX_BATCH = 500;

/** Inserts rows one by one, preparing once for rows of the same columns. */
class RowInserter {
  readonly ids: (number | bigint)[] = [];
  changes = 0;
  #columns: readonly string[] | undefined;
  #statement: SqliteStatement | undefined;
  readonly #query: Query;
  readonly #options: InsertOptions;

  constructor(query: Query, options: InsertOptions) {
    this.#query = query;
    this.#options = options;
  }

  insert(row: object): void {
    const columns = givenColumns(row);
    const statement = this.#statementFor(columns);
    this.#take(statement.run(...encodeRow(this.#query, row, columns)));
  }

  insertAll(rows: readonly object[]): void {
    const { driver } = this.#query;
    if (driver.runMany === undefined) return rows.forEach(this.insert, this);
    for (const { columns, batch } of batchesOf(rows)) {
      const sql = compileInsert(this.#query.table, columns, this.#options);
      const values = batch.map((row) => encodeRow(this.#query, row, columns));
      driver.runMany(sql, values).forEach(this.#take);
    }
  }

  readonly #take = ({ changes, lastInsertRowid }: SqliteRunResult): void => {
    if (changes === 0) return;
    this.changes += changes;
    this.ids.push(lastInsertRowid);
  };

  #statementFor(columns: readonly string[]): SqliteStatement {
    if (
      this.#statement === undefined || this.#columns === undefined ||
      !sameList(columns, this.#columns)
    ) {
      const { driver, table } = this.#query;
      const sql = compileInsert(table, columns, this.#options);
      this.#statement = driver.prepare(sql);
      this.#columns = columns;
    }
    return this.#statement;
  }
}

/** Rows of the same columns, so many that they are not too large a message. */
function* batchesOf(
  rows: readonly object[],
): Generator<{ columns: readonly string[]; batch: object[] }> {
  let columns: readonly string[] = [];
  let batch: object[] = [];
  for (const row of rows) {
    const own = givenColumns(row);
    if (batch.length === MAX_BATCH || !sameList(own, columns)) {
      if (batch.length > 0) yield { columns, batch };
      [columns, batch] = [own, []];
    }
    batch.push(row);
  }
  yield { columns, batch };
}

/** The columns of a row. */
// A key that is undefined is left out, so that the column gets its default.
export function givenColumns(row: object): string[] {
  const cells = row as Row;
  const columns: string[] = [];
  for (const column of Object.keys(cells)) {
    if (cells[column] !== undefined) columns.push(column);
  }
  return columns;
}

function assertRows(rows: readonly unknown[], method: string): void {
  if (rows.length === 0) throw storeError(`${method}: data cannot be empty`);
  let hasColumns = false;
  for (const row of rows) {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw storeError(`${method}: data must be an object or an array of them`);
    }
    hasColumns ||= Object.keys(row).length > 0;
  }
  if (!hasColumns) throw storeError(`${method}: no columns to insert`);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
