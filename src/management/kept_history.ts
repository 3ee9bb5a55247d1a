/**
 * Lets go of columns that no version which can come back declares.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import type { PluginTables } from "../lifecycle/mod.ts";
import type { ContributionStore, PluginRepository } from "../store/mod.ts";

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
 * A version that was never loaded has put nothing into a column.
 *
 * @param parts What knows about them.
 * @param id The plugin.
 */
export function forgetUnwantedColumns(
  { repository, contributions, tables }: KeptHistoryParts,
  id: number,
): void {
  if (!tables.hasKept(id)) return;
  const wanted = repository.versions(id)
    .flatMap(({ digest }) => columnsOf(contributions.get(digest)));
  tables.forgetKept(id, new Set(wanted));
}

function columnsOf(contributions: PluginContributions | undefined): string[] {
  return Object.keys(contributions?.table?.columns ?? {});
}
