/**
 * What stands behind a builder: the table, the driver, and what was collected
 * so far. Builders hand it to the modules that read and write; nobody outside
 * this folder can reach it.
 *
 * @module
 */
import type { Condition } from "./conditions.ts";
import { assertSortable } from "./query_compiler.ts";
import { emptyState, type QueryState } from "./query_state.ts";
import { mergeParsers, RowTransformer } from "./row_transformer.ts";
import {
  needsSettling,
  packList,
  settleConditions,
} from "./settle_conditions.ts";
import type { SqliteDriver, SqliteParameter } from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";
import type { Parser } from "../schema/table_types.ts";

const NO_JOINS: Pick<QueryState, "joins"> = { joins: [] };

/** A table, and a query on it that is being collected. */
export class Query {
  /** How the database is reached. */
  readonly driver: SqliteDriver;
  /** The table's name. */
  readonly table: string;
  /** Converts the table's rows. */
  readonly transformer: RowTransformer;
  /** What was collected since the last terminal call. */
  state: QueryState = emptyState();

  constructor(
    driver: SqliteDriver,
    table: string,
    parser: Parser | RowTransformer = {},
  ) {
    this.driver = driver;
    this.table = table;
    this.transformer = parser instanceof RowTransformer
      ? parser
      : new RowTransformer(parser);
  }

  /**
   * What was collected; the builder starts afresh, whatever becomes of it.
   */
  take(): QueryState {
    const { state } = this;
    this.state = emptyState();
    if (state.conditions.length > 0) {
      state.conditions = this.settle(state.conditions, state);
    }
    return state;
  }

  /** Brings conditions to the form that the cells have. */
  settle(
    conditions: Condition[],
    state: Pick<QueryState, "joins"> = NO_JOINS,
  ): Condition[] {
    const transformer = this.transformerFor(state);
    for (const condition of conditions) {
      if (!needsSettling(condition, transformer)) continue;
      return settleConditions(conditions, {
        driver: this.driver,
        tables: [this.table, ...state.joins.map(({ table }) => table)],
        transformer,
      });
    }
    return conditions;
  }

  /** Converts the rows of a query, those of joined tables included. */
  transformerFor({ joins }: Pick<QueryState, "joins">): RowTransformer {
    if (joins.length === 0) return this.transformer;
    const parsers = joins.map(({ parser }) => parser);
    return new RowTransformer(
      mergeParsers(this.transformer.parser, ...parsers),
    );
  }
}

/** A query on the same table that collects for itself. */
export function forkQuery({ driver, table, transformer }: Query): Query {
  return new Query(driver, table, transformer);
}

/** The values of conditions, as they are bound. */
export function bindConditions(
  conditions: readonly Condition[],
  transformer: RowTransformer,
): SqliteParameter[] {
  const values: SqliteParameter[] = [];
  for (const { column, parameters, packed } of conditions) {
    if (packed) {
      const list = parameters.map((value) =>
        transformer.encode(column!, value)
      );
      values.push(packList(list));
      continue;
    }
    for (const value of parameters) {
      values.push(
        (column === undefined
          ? value
          : transformer.encode(column, value)) as SqliteParameter,
      );
    }
  }
  return values;
}

/** Refuses a write that would reach every row. */
export function requireCondition(operation: string, state: QueryState): void {
  if (state.conditions.length + state.filters.length > 0) return;
  throw storeError(
    `${operation} requires at least one WHERE condition. ` +
      "Call where() or another condition first, or truncate() for every row",
  );
}

/**
 * Refuses a limit, with which a write would change more rows than it seems to.
 * An order makes no difference to it.
 */
export function refusePaging(operation: string, state: QueryState): void {
  assertSortable(state);
  if ((state.limit ?? state.offset) === null) return;
  throw storeError(
    `Cannot run ${operation} with limit or offset: ` +
      "it changes every row that matches",
  );
}
