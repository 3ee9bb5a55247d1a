/**
 * The words of the table interface: rows, parsers, conditions and results.
 *
 * @module
 */

import type { MomentUnit } from "../query/moments.ts";
import type { ValueType } from "../query/value_types.ts";

/** A row of which nothing more is known. */
// deno-lint-ignore no-explicit-any
export type Row = Record<string, any>;

/** The name of a column. */
export type ColumnOf<T = Row> = keyof T & string;

/** A list of columns. */
export type ArrayKey<T = Row> = readonly ColumnOf<T>[];

/** What `select` takes: every column, or a list of columns. */
export type ColumnNames<T = Row> = readonly ["*"] | ArrayKey<T>;

/** Which columns are converted between SQLite and JavaScript. */
export interface Parser<T = Row> {
  /** Columns that hold JSON text and read back parsed. */
  JSON?: ArrayKey<T>;
  /** Columns that hold 0 or 1 and read back as `false` or `true`. */
  BOOLEAN?: ArrayKey<T>;
  /** Columns that hold ISO text and read back as `Date`. */
  DATE?: ArrayKey<T>;
  /**
   * Columns that hold the source of a module and read back as the URL of an
   * object that can be imported.
   */
  MODULE?: Partial<Record<keyof T & string, unknown>> | ArrayKey<T>;
  /**
   * Columns that hold a moment as a number, and what it counts since 1970: a
   * `Date` is written and compared so.
   */
  UNIX?: Partial<Record<keyof T & string, MomentUnit>>;
  /** Columns that take values of one type only. */
  TYPES?: Partial<Record<keyof T & string, ValueType>>;
}

/** Columns and the values that they must equal; `null` means IS NULL. */
export type WhereCondition<T = Row> = {
  readonly [K in keyof T]?: T[K] | null;
};

/** Columns and the patterns that they must match. */
export type RegexCondition<T = Row> = {
  readonly [K in keyof T]?: RegExp | string | T[K] | null;
};

/** The operators that compare a column with a value. */
export type WhereOperator =
  | "="
  | "!="
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "LIKE"
  | "GLOB"
  | "IS"
  | "IS NOT"
  | "like"
  | "glob"
  | "is"
  | "is not";

/** What an insert does on a conflict; the first that is true counts. */
export interface InsertOptions {
  /** Leaves the row out. @default false */
  orIgnore?: boolean;
  /** Replaces the rows that stand in the way. @default false */
  orReplace?: boolean;
  /** Undoes the statement; what SQLite does anyway. @default false */
  orAbort?: boolean;
  /** Stops, and keeps what the statement did before. @default false */
  orFail?: boolean;
  /** Rolls the whole transaction back. @default false */
  orRollback?: boolean;
}

/** What an insert reports. */
export interface InsertResult {
  /** The rowid of the last inserted row; 0 when none was inserted. */
  readonly insertId: number;
  /** The same as `insertId`. */
  readonly lastInsertRowid: number;
  /** How many rows were inserted. */
  readonly changes: number;
}

/** What `insertBatch` reports. */
export interface InsertBatchResult extends InsertResult {
  /** The rowids of the inserted rows, in order. */
  readonly insertedIDs: number[];
}

/** What an update reports. */
export interface UpdateResult {
  /** How many rows matched. */
  readonly changes: number;
}

/** What a delete reports. */
export interface DeleteResult {
  /** How many rows were deleted. */
  readonly changes: number;
}

/** One entry of `updateBatch`. */
export interface BatchUpdate<T = Row> {
  /** Equality and null checks, all of which must hold. */
  readonly where: WhereCondition<T>;
  /** The columns to set. */
  readonly data: Partial<T>;
}

/** A row of two joined tables; of equal names the second table's counts. */
export type Joined<T, U> = Omit<T, keyof U> & U;

/** A row of which every column may be missing, as in an outer join. */
export type Nullable<T> = { [K in keyof T]: T[K] | null };

/**
 * How two tables join: columns of the first by columns of the second, or the
 * text of the ON clause. `"table.column"` is a qualified name in the map.
 */
export type JoinCondition<T, U> =
  | string
  | {
    readonly [K in (keyof T & string) | `${string}.${string}`]?:
      | (keyof U & string)
      | `${string}.${string}`;
  };

/** The state of a builder that has collected a condition. */
export interface Conditioned {
  /** Whether a condition was collected since the last terminal call. */
  readonly hasCondition: true;
}
