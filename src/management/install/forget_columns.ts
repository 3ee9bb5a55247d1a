/**
 * Lets go of columns that no version which can come back declares.
 *
 * @module
 */
import { wantedColumns } from "../../lifecycle/mod.ts";
import type { ManagementServices } from "../management_services.ts";

/** What knows about columns and versions. */
export type KeptHistoryParts = Pick<
  ManagementServices,
  "repository" | "contributions" | "tables"
>;

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
