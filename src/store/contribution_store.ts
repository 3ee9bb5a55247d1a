/**
 * Remembers what a piece of code contributes, so that a later start need not
 * import it to know. The key is the code's digest: other code, other record.
 *
 * @module
 */
import type { SqliteDriver } from "./sqlite_driver.ts";

/**
 * Records of contributions, as JSON text: a start with thousands of plugins
 * reads them all and needs to parse only a few.
 */
export class ContributionStore {
  readonly #driver: SqliteDriver;

  /**
   * @param driver The database; it has the handler's tables.
   */
  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /** What the code with this digest contributes, where it is known. */
  get(digest: string): string | undefined {
    const row = this.#driver.get(
      `SELECT contributions FROM plugin_handler_contributions WHERE digest = ?`,
      [digest],
    );
    return row === undefined ? undefined : String(row.contributions);
  }

  /** All records by digest. */
  all(): Map<string, string> {
    return new Map(
      this.#driver.all(
        `SELECT digest, contributions FROM plugin_handler_contributions`,
      ).map((row) => [String(row.digest), String(row.contributions)]),
    );
  }

  /** Remembers what the code with this digest contributes. */
  set(digest: string, contributions: string): void {
    this.#driver.run(
      `INSERT OR REPLACE INTO plugin_handler_contributions
        (digest, contributions) VALUES (?, ?)`,
      [digest, contributions],
    );
  }

  /**
   * Forgets what belongs to no stored plugin and no kept version any more.
   *
   * @param digests What may have become superfluous.
   */
  prune(digests: readonly string[]): void {
    for (const digest of digests) {
      this.#driver.run(
        `DELETE FROM plugin_handler_contributions WHERE digest = ?1
          AND NOT EXISTS
            (SELECT 1 FROM plugin_handler_plugins WHERE digest = ?1)
          AND NOT EXISTS
            (SELECT 1 FROM plugin_handler_versions WHERE digest = ?1)`,
        [digest],
      );
    }
  }
}
