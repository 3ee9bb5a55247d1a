/**
 * What a plugin holds as `table`: reads, joins and writes on one table.
 *
 * @module
 */
import { queryOf } from "./condition_builder.ts";
import { Query } from "./query.ts";
import type { JoinKind } from "./query_state.ts";
import { normalizeParser } from "./row_transformer.ts";
import { quoteColumn, quoteIdentifier } from "../sql/sql_text.ts";
import type { SqliteDriver } from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";
import type {
  JoinCondition,
  Joined,
  Nullable,
  Parser,
  Row,
} from "../schema/table_types.ts";
import { WriteBuilder } from "./write_builder.ts";

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
export class QueryBuilder<T = Row, R = T> extends WriteBuilder<T, R> {
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
  getParser(): Required<Parser<T>> {
    return structuredClone(
      queryOf(this).transformer.parser,
    ) as unknown as Required<Parser<T>>;
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
