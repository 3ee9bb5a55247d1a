/**
 * Reads the tables of a definition beside its table.
 *
 * @module
 */
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import type { TableConfig } from "../../plugin/plugin.ts";
import type { Findings } from "./findings.ts";
import { readTable } from "./read_table.ts";

/**
 * Reads `config.tables`.
 *
 * @param table What it holds as `config.table`, as it was read.
 * @param findings Receives what is wrong.
 * @returns The tables by name; undefined where there are none.
 */
export function readTables(
  value: unknown,
  table: TableConfig | undefined,
  findings: Findings,
): Record<string, TableConfig> | undefined {
  const path = ["config", "tables"];
  const declared = Object.entries(findings.object(value, path) ?? {});
  const { tables: most, nameLength } = DECLARED_LIMITS;
  const where = { path, what: "tables" };
  if (findings.tooMany(declared.length, most, where)) return undefined;
  const taken = new Set(table === undefined ? [] : [table.name.toLowerCase()]);
  const tables = declared.flatMap(([name, value]) => {
    const at = [...path, name];
    const what = "characters in its name";
    if (findings.tooMany(name.length, nameLength, { path: at, what })) {
      return [];
    }
    const read = readTable(value, at, findings);
    if (read === undefined) return [];
    const key = read.name.toLowerCase();
    if (taken.has(key)) {
      findings.issue(
        [...at, "name"],
        `must not be "${read.name}": another table of the plugin has it`,
      );
    }
    taken.add(key);
    return [[name, read] as const];
  });
  return tables.length === 0 ? undefined : Object.fromEntries(tables);
}
