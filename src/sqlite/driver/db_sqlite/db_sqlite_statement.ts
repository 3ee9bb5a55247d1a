/**
 * A prepared statement of `@db/sqlite` that binds and reads what the seam
 * promises.
 *
 * @module
 */
import { toSqliteValues } from "../bind.ts";
import { makeRow, shrinkInteger } from "../row.ts";
import { countParameters } from "../../sql/sql_text.ts";
import type {
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  SqliteValue,
} from "../sqlite_driver.ts";
import { sqliteError } from "../../sqlite_error.ts";
import { closedError, storeError } from "../../store_error.ts";
import { type BoundSql, spellWideReals } from "./wide_reals.ts";

/** What is used of a statement of `@db/sqlite`. */
export interface DbSqliteStatement {
  /** Runs it for its effect; gives the number of changed rows. */
  run(...parameters: SqliteValue[]): number;
  /** Runs it for its first row, without names. */
  value(...parameters: SqliteValue[]): unknown[] | undefined;
  /** Runs it for all rows, without names. */
  values(...parameters: SqliteValue[]): unknown[][];
  /** The names of its columns, as of its last step. */
  columnNames(): string[];
  /** Lets go of it; throws the error of its last step again. */
  finalize(): void;
}

/** What is used of a `Database` of `@db/sqlite`. */
export interface DbSqliteDatabase {
  /** Whether it is open. */
  readonly open: boolean;
  /** The file, or `:memory:`. */
  readonly path: string;
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
  /** The lowest 32 bits of the rowid of the last inserted row. */
  readonly lastInsertRowId: number;
  /** Whether integers beyond 32 bits are read exactly. */
  int64: boolean;
  /** Whether what JSON functions give is parsed. */
  parseJson: boolean;
  /** Prepares a statement. */
  prepare(sql: string): DbSqliteStatement;
  /** Runs statements. */
  exec(sql: string): number;
  /** Loads a native extension. */
  loadExtension?(path: string): void;
}

/** What a statement needs of its connection. */
export interface DbSqliteConnection {
  /** The library's own connection. */
  readonly handle: DbSqliteDatabase;
  /** Whether it must not be touched any more. */
  readonly closed: boolean;
  /** Reads the rowid of the last inserted row. */
  readonly lastId: DbSqliteStatement;
}

/**
 * A statement of `@db/sqlite` that does what the seam promises. Rows are read
 * without names: `all()` and `get()` of the library make code out of the names
 * of columns, and read them before a schema change shows.
 */
export class DbSqliteWrapped implements SqliteStatement {
  readonly #connection: DbSqliteConnection;
  readonly #sql: string;
  readonly #expected: number;
  /** A statement that writes must not be run again. */
  readonly #repeatable: boolean;
  #statement: DbSqliteStatement | undefined;

  constructor(connection: DbSqliteConnection, sql: string) {
    this.#connection = connection;
    this.#sql = sql;
    this.#expected = countParameters(sql);
    this.#repeatable = !/\bRETURNING\b/i.test(sql);
    this.#statement = this.#prepare(sql);
  }

  run(...parameters: unknown[]): SqliteRunResult {
    return this.#with(parameters, (statement, values) => {
      const changes = statement.run(...values);
      return { changes, lastInsertRowid: this.#lastInsertRowid() };
    });
  }

  get(...parameters: unknown[]): SqliteRow | undefined {
    return this.#with(parameters, (statement, values) => {
      const read = () => statement.value(...values);
      const [row, names] = this.#settle(statement, read, (cells) => cells);
      return row && makeRow(names, row as SqliteValue[], true);
    });
  }

  all(...parameters: unknown[]): SqliteRow[] {
    return this.#with(parameters, (statement, values) => {
      const read = () => statement.values(...values);
      const [rows, names] = this.#settle(statement, read, (all) => all[0]);
      return rows.map((row) => makeRow(names, row as SqliteValue[], true));
    });
  }

  /**
   * Lets go of the statement: one that was freed and is stepped takes the
   * process along. Whoever still holds this object prepares a new one.
   */
  finalize(): void {
    const statement = this.#statement;
    this.#statement = undefined;
    if (!this.#connection.closed) statement?.finalize();
  }

  // The library counts the columns before the step, in which SQLite may have
  // compiled the statement anew for a table with more or fewer of them.
  #settle<R>(
    statement: DbSqliteStatement,
    read: () => R,
    firstOf: (result: R) => unknown[] | undefined,
  ): [R, string[]] {
    const result = read();
    const first = firstOf(result);
    if (first === undefined) return [result, []];
    const names = statement.columnNames();
    return first.length === names.length || !this.#repeatable
      ? [result, names]
      : [read(), statement.columnNames()];
  }

  // The library's own property has 32 bits.
  #lastInsertRowid(): number | bigint {
    const [id] = this.#connection.lastId.value()!;
    return shrinkInteger(id as SqliteValue) as number | bigint;
  }

  #with<R>(
    parameters: readonly unknown[],
    step: (statement: DbSqliteStatement, values: SqliteValue[]) => R,
  ): R {
    const values = this.#bindable(parameters);
    const wide = spellWideReals(this.#sql, values);
    if (wide !== undefined) return this.#once(wide, step);
    const statement = this.#statement ??= this.#prepare(this.#sql);
    try {
      return this.#step(statement, () => step(statement, values));
    } catch (error) {
      this.#statement = undefined;
      throw error;
    }
  }

  #step<R>(statement: DbSqliteStatement, step: () => R): R {
    return this.#attempt("run", () => {
      try {
        return step();
      } catch (error) {
        throw withCode(error, statement);
      }
    });
  }

  #once<R>(
    { sql, values }: BoundSql,
    step: (statement: DbSqliteStatement, values: SqliteValue[]) => R,
  ): R {
    const statement = this.#prepare(sql);
    try {
      return this.#step(statement, () => step(statement, values));
    } finally {
      finalizeQuietly(statement);
    }
  }

  #prepare(sql: string): DbSqliteStatement {
    return this.#attempt(
      "prepare",
      () => this.#connection.handle.prepare(padded(sql)),
    );
  }

  // Without `int64` the library cuts integers off at 32 bits, with `parseJson`
  // it gives objects for text; the host's own choice is put back.
  #attempt<R>(doing: string, step: () => R): R {
    const { handle, closed } = this.#connection;
    if (closed) throw closedError(handle.path);
    const { int64, parseJson } = handle;
    handle.int64 = true;
    handle.parseJson = false;
    try {
      return step();
    } catch (error) {
      throw sqliteError(doing, this.#sql, error);
    } finally {
      handle.int64 = int64;
      handle.parseJson = parseJson;
    }
  }

  #bindable(parameters: readonly unknown[]): SqliteValue[] {
    if (parameters.length === this.#expected) {
      return toSqliteValues(parameters);
    }
    throw storeError(
      `Cannot run "${this.#sql}": it takes ${this.#expected} values, ` +
        `and ${parameters.length} were given`,
    );
  }
}

// The error of a step has a text only; letting go of the statement throws the
// code.
function withCode(error: unknown, statement: DbSqliteStatement): unknown {
  try {
    statement.finalize();
  } catch (again) {
    const { code } = again as { code?: unknown };
    if (error instanceof Error && typeof code === "number") {
      return Object.assign(error, { code });
    }
  }
  return error;
}

/** Lets go of a statement whose error was reported when it happened. */
function finalizeQuietly(statement: { finalize(): void }): void {
  try {
    statement.finalize();
  } catch {
    // The library throws the error of the last step again.
  }
}

// The library hands SQLite the number of UTF-16 units for the number of bytes,
// so that a statement with other letters would lose its end.
function padded(sql: string): string {
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(sql)) return sql;
  const bytes = new TextEncoder().encode(sql).length;
  return sql + " ".repeat(bytes - sql.length);
}
