/**
 * Forgets what is kept by the digest of code that is stored nowhere any more.
 *
 * @module
 */
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";

/** The tables that are keyed by a digest. */
type DigestTable =
  | "plugin_handler_contributions"
  | "plugin_handler_source_maps";

/**
 * Deletes what belongs to no stored plugin and no kept version any more.
 *
 * @param driver The database; it has the handler's tables.
 * @param table Where it is kept.
 * @param digests What may have become superfluous.
 */
export function pruneDigests(
  driver: SqliteDriver,
  table: DigestTable,
  digests: readonly string[],
): void {
  for (const digest of digests) {
    driver.run(
      `DELETE FROM ${table} WHERE digest = ?1
        AND NOT EXISTS
          (SELECT 1 FROM plugin_handler_plugins WHERE digest = ?1)
        AND NOT EXISTS
          (SELECT 1 FROM plugin_handler_versions WHERE digest = ?1)`,
      [digest],
    );
  }
}
