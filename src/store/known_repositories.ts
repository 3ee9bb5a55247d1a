/**
 * Reads the original's `repositories` table, which a host may keep beside the
 * handler's own.
 *
 * @module
 */
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";

/** A repository that the host keeps. */
export interface StoredRepository {
  /** Where it is, in the words of plugins' `repository`. */
  readonly source: string;
  /** What silence of its service means. */
  readonly policy: "strict" | "relaxed";
  /** The base URL of its verification service; `null` where it has none. */
  readonly service: string | null;
}

/**
 * The repositories that the host keeps.
 *
 * @returns The repositories; `undefined` where there is no such table.
 */
export function knownRepositories(
  driver: SqliteDriver,
): StoredRepository[] | undefined {
  const columns = new Set(
    driver.all(`SELECT name FROM pragma_table_info('repositories')`)
      .map(({ name }) => String(name)),
  );
  if (!columns.has("source")) return undefined;
  const policy = columns.has("policy") ? "policy" : "NULL";
  const service = columns.has("verification_api") ? "verification_api" : "NULL";
  return driver.all(
    `SELECT source, ${policy} AS policy, ${service} AS service
      FROM repositories WHERE source IS NOT NULL`,
  ).map((row) => ({
    source: String(row.source),
    policy: row.policy === "relaxed" ? "relaxed" : "strict",
    service: row.service ? String(row.service) : null,
  }));
}
