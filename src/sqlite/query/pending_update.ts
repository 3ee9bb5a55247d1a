/**
 * An update that waits for its conditions.
 *
 * @module
 */
import { type Assignments, updateRows } from "./changing.ts";
import { ConditionBuilder, queryOf } from "./condition_builder.ts";
import type { Query } from "./query.ts";
import type { Row, UpdateResult } from "../schema/table_types.ts";

/**
 * An update to which no condition was given yet: what `update(data)` returns
 * on a builder without conditions. Nothing happens until `run()`.
 *
 * @example Naming the rows after the values
 * ```ts
 * import { column, DB } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * using db = new DB(":memory:");
 * const table = db.createTable<{ id: number; name: string }>("people", {
 *   id: column.id(),
 *   name: column.text(),
 * });
 * table.insert({ name: "Ada" });
 * const result = table.update({ name: "Grace" }).where("id", "=", 1).run();
 * assertEquals(result, { changes: 1 });
 * ```
 */
export class PendingUpdate<T = Row> extends ConditionBuilder<T> {
  readonly #assignments: Assignments;

  /**
   * Prepares an update of a table.
   *
   * @param query The table.
   * @param assignments What the update sets.
   */
  constructor(query: Query, assignments: Assignments) {
    super(query);
    this.#assignments = assignments;
  }

  /**
   * Updates the rows that match.
   *
   * @returns How many rows matched.
   * @throws {PluginError} `STORE_FAILED` when there is still no condition.
   */
  run(): UpdateResult {
    const query = queryOf(this);
    return updateRows(query, query.take(), {
      operation: "UPDATE",
      assignments: this.#assignments,
    });
  }
}
