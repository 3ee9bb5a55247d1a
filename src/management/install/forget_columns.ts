/**
 * Lets go of columns that no version which can come back declares.
 *
 * @module
 */
import { type PluginTables, wantedColumns } from "../../lifecycle/mod.ts";
import type { ContributionStore, PluginRepository } from "../../store/mod.ts";

/** What knows about columns and versions. */
export interface KeptHistoryParts {
  /** Where the versions are. */
  readonly repository: PluginRepository;
  /** What known code contributes. */
  readonly contributions: ContributionStore;
  /** What keeps columns. */
  readonly tables: PluginTables;
}

/**
 * Forgets the kept columns of a plugin's tables that no kept version declares.
 * The store of an isolated plugin does the same when it opens.
 */
export function forgetUnwantedColumns(
  { repository, contributions, tables }: KeptHistoryParts,
  id: number,
): void {
  if (!tables.hasKept(id)) return;
  const wanted = wantedColumns({ repository, contributions }, id);
  tables.forgetKept(id, new Set(wanted));
}
