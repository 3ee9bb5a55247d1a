/**
 * Gives a plugin's table its types.
 *
 * @module
 */
import type { TableConfig, Untyped } from "../plugin/plugin.ts";

/**
 * The table of a plugin: with a row type, each of its properties must have a
 * column, and no other column may be there.
 *
 * @typeParam T The rows of the table.
 * @param config The table.
 * @returns The same object.
 *
 * @example A column for each property
 * ```ts
 * import { column, createTable } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * interface Note {
 *   id: number;
 *   text: string;
 *   labels: string[];
 * }
 *
 * const table = createTable<Note>({
 *   name: "notes",
 *   columns: {
 *     id: column.id(),
 *     text: column.text({ notNull: true }),
 *     labels: column.json(),
 *   },
 *   parser: { JSON: ["labels"] },
 * });
 * assertEquals(Object.keys(table.columns), ["id", "text", "labels"]);
 * ```
 */
export function createTable<T = Untyped>(
  config: TableConfig<T>,
): TableConfig<T> {
  return config;
}
