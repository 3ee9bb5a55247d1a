/**
 * All tables that a plugin declares.
 *
 * @module
 */
import type { PluginContributions } from "./contributions.ts";
import type { TableConfig } from "./plugin.ts";

/**
 * The tables of a plugin: `config.table`, and those of `config.tables`.
 *
 * @returns The tables, in the order of the definition.
 */
export function declaredTables(
  { table, tables = {} }: Pick<PluginContributions, "table" | "tables">,
): TableConfig[] {
  return [...(table === undefined ? [] : [table]), ...Object.values(tables)];
}

/** A plugin's tables beside `table`, each with a fresh builder when it is read. */
export function tablesByName<B>(
  tables: Readonly<Record<string, TableConfig>>,
  builderOf: (table: TableConfig) => () => B,
): Readonly<Record<string, B>> {
  const properties = Object.entries(tables).map(([name, table]) => {
    const get = builderOf(table);
    return [name, { get, enumerable: true }] as const;
  });
  return Object.freeze(
    Object.create(null, Object.fromEntries(properties)) as Record<string, B>,
  );
}
