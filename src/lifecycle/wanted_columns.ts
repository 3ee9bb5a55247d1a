/**
 * Which columns of a plugin's table some version may still want back.
 *
 * @module
 */
import { declaredTables } from "../plugin/declared_tables.ts";
import type { PluginContributions } from "../plugin/contributions.ts";
import type { ContributionStore, PluginRepository } from "../store/mod.ts";

/** What knows about versions and their columns. */
export interface WantedColumnsParts {
  /** Where the versions are. */
  readonly repository: Pick<PluginRepository, "versions">;
  /** What known code contributes. */
  readonly contributions: ContributionStore;
}

/**
 * The columns that the kept versions of a plugin declare. A version that was
 * never loaded has put nothing into a column.
 */
export function wantedColumns(
  { repository, contributions }: WantedColumnsParts,
  id: number,
): string[] {
  return repository.versions(id)
    .flatMap(({ digest }) => columnsOf(contributions.get(digest)));
}

function columnsOf(contributions: PluginContributions | undefined): string[] {
  return declaredTables(contributions ?? {})
    .flatMap(({ columns }) => Object.keys(columns));
}
