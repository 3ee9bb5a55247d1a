/**
 * The conditions of a query, as the methods that collect them.
 *
 * @module
 */
import {
  addCondition,
  compares,
  type Condition,
  equals,
  expression,
  isBetween,
  isIn,
  isNotNull,
  isNull,
} from "./conditions.ts";
import type { Query } from "./query.ts";
import { quoteColumn } from "../sql/sql_text.ts";
import { causedError } from "../sqlite_error.ts";
import { storeError } from "../store_error.ts";
import type {
  ColumnOf,
  Conditioned,
  RegexCondition,
  Row,
  WhereCondition,
  WhereOperator,
} from "../schema/table_types.ts";

/**
 * The query behind a builder. It is not a member, so that whoever holds a
 * builder cannot get at the connection.
 */
export let queryOf: <T>(builder: ConditionBuilder<T>) => Query;

/**
 * Collects conditions, all of which must hold. Every method returns the same
 * builder; what was collected is used, and forgotten, by the next terminal
 * call.
 *
 * @example Conditions that add up
 * ```ts
 * import { DB } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * using db = new DB(":memory:");
 * db.run("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)");
 * assertEquals(db.table("t").where("n", ">", 1).whereNotIn("n", [3]).all(), [
 *   { n: 2 },
 * ]);
 * ```
 */
export class ConditionBuilder<T = Row> {
  readonly #query: Query;

  static {
    queryOf = (builder) => builder.#query;
  }

  /**
   * Collects for a query.
   *
   * @param query The table and what is collected for it.
   */
  constructor(query: Query) {
    this.#query = query;
  }

  /** Whether a condition was collected since the last terminal call. */
  get hasCondition(): boolean {
    const { conditions, filters } = this.#query.state;
    return conditions.length + filters.length > 0;
  }

  /**
   * Columns equal values; `null` and `undefined` mean IS NULL. A later check
   * on a column takes the place of an earlier one on it.
   *
   * @param condition The columns and their values; an empty object adds
   * nothing.
   * @returns The same builder.
   */
  where(condition: WhereCondition<T>): this & Conditioned;
  /**
   * A column compares with a value, as {@linkcode ConditionBuilder.whereOp}.
   *
   * @param column The column.
   * @param operator The operator.
   * @param value The value.
   * @returns The same builder.
   */
  where<K extends ColumnOf<T>>(
    column: K,
    operator: WhereOperator,
    value: T[K] | null | undefined,
  ): this & Conditioned;
  where(
    first: WhereCondition<T> | string,
    ...rest: unknown[]
  ): this & Conditioned {
    if (typeof first === "string") {
      if (rest.length === 2) {
        return this.#add(compares(first, rest[0] as string, rest[1]));
      }
      throw storeError(
        `Cannot use where("${first}"): it takes an object, ` +
          "or a column, an operator and a value",
      );
    }
    for (const [column, value] of entriesOf(first)) {
      this.#add(equals(column, value));
    }
    return this.#conditioned();
  }

  /**
   * A column compares with a value.
   *
   * @param column The column.
   * @param operator `=`, `!=`, `<>`, `<`, `<=`, `>`, `>=`, `LIKE`, `GLOB`, `IS`
   * or `IS NOT`, in any case.
   * @param value The value; `null` means IS NULL or IS NOT NULL.
   * @returns The same builder.
   * @throws {PluginError} `STORE_FAILED` for any other operator.
   */
  whereOp<K extends ColumnOf<T>>(
    column: K,
    operator: WhereOperator,
    value: T[K] | null | undefined,
  ): this & Conditioned {
    return this.#add(compares(column, operator, value));
  }

  /**
   * A column is one of the values.
   *
   * @param column The column.
   * @param values At least one value.
   * @returns The same builder.
   * @throws {PluginError} `STORE_FAILED` when there is no value.
   */
  whereIn<K extends ColumnOf<T>>(
    column: K,
    values: readonly T[K][],
  ): this & Conditioned {
    return this.#add(isIn(column, values));
  }

  /**
   * A column is none of the values, and not NULL.
   *
   * @param column The column.
   * @param values At least one value.
   * @returns The same builder.
   * @throws {PluginError} `STORE_FAILED` when there is no value.
   */
  whereNotIn<K extends ColumnOf<T>>(
    column: K,
    values: readonly T[K][],
  ): this & Conditioned {
    return this.#add(isIn(column, values, { not: true }));
  }

  /**
   * A column is between two values, both included.
   *
   * @param column The column.
   * @param low The lowest value that matches.
   * @param high The highest value that matches.
   * @returns The same builder.
   */
  whereBetween<K extends ColumnOf<T>>(
    column: K,
    low: T[K],
    high: T[K],
  ): this & Conditioned {
    return this.#add(isBetween(column, [low, high]));
  }

  /**
   * A column is below or above two values, and not NULL.
   *
   * @param column The column.
   * @param low The lowest value that does not match.
   * @param high The highest value that does not match.
   * @returns The same builder.
   */
  whereNotBetween<K extends ColumnOf<T>>(
    column: K,
    low: T[K],
    high: T[K],
  ): this & Conditioned {
    return this.#add(isBetween(column, [low, high], { not: true }));
  }

  /**
   * A column is NULL.
   *
   * @param column The column.
   * @returns The same builder.
   */
  whereNull(column: ColumnOf<T>): this & Conditioned {
    return this.#add(isNull(column));
  }

  /**
   * A column is not NULL.
   *
   * @param column The column.
   * @returns The same builder.
   */
  whereNotNull(column: ColumnOf<T>): this & Conditioned {
    return this.#add(isNotNull(column));
  }

  /**
   * An SQL expression holds. It is put in parentheses, and no later condition
   * takes its place.
   *
   * @param text The expression, with a `?` for each value.
   * @param parameters The values.
   * @returns The same builder.
   * @throws {PluginError} `STORE_FAILED` when the text is empty, would not stay
   * one expression, or takes another number of values.
   */
  whereExpr(
    text: string,
    parameters: readonly unknown[] = [],
  ): this & Conditioned {
    return this.#add(expression(text, parameters));
  }

  /**
   * The same as {@linkcode ConditionBuilder.whereExpr}.
   *
   * @param text The expression, with a `?` for each value.
   * @param parameters The values.
   * @returns The same builder.
   */
  whereRaw(
    text: string,
    parameters: readonly unknown[] = [],
  ): this & Conditioned {
    return this.whereExpr(text, parameters);
  }

  /**
   * Columns match patterns. The rows that fulfil the other conditions are
   * filtered in JavaScript, by the cells as SQLite stores them; NULL never
   * matches.
   *
   * @param condition Columns and their patterns; a string becomes
   * `new RegExp(string)`, any other value means equality.
   * @returns The same builder.
   */
  whereRgx(condition: RegexCondition<T>): this & Conditioned {
    for (const [column, value] of entriesOf(condition)) {
      if (typeof value === "string" || value instanceof RegExp) {
        quoteColumn(column);
        this.#query.state.filters.push({ column, pattern: toPattern(value) });
      } else this.#add(equals(column, value));
    }
    return this.#conditioned();
  }

  #add(condition: Condition): this & Conditioned {
    addCondition(this.#query.state.conditions, condition);
    return this.#conditioned();
  }

  #conditioned(): this & Conditioned {
    return this as this & Conditioned;
  }
}

function entriesOf(condition: unknown): [string, unknown][] {
  if (typeof condition !== "object" || condition === null) {
    throw storeError("Cannot use the condition: it is not an object");
  }
  return Object.entries(condition);
}

// A copy without `g` and `y`, which would carry a position from row to row.
function toPattern(value: string | RegExp): RegExp {
  try {
    if (typeof value === "string") return new RegExp(value);
    return new RegExp(value.source, value.flags.replace(/[gy]/g, ""));
  } catch (error) {
    throw causedError("use the pattern", String(value), error);
  }
}
