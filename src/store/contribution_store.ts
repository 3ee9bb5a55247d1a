/**
 * Remembers what a piece of code contributes, so that a later start need not
 * import it to know. The key is the code's digest: other code, other record.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";

/** What a start has to know of a piece of code. */
export interface ContributionRecord {
  /** When it wants to be imported. */
  readonly activation: PluginContributions["activation"];
  /** The name of its table; `null` where it declares none. */
  readonly table: string | null;
}

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

  /** What a start has to know of all code, by digest. */
  all(): Map<string, ContributionRecord> {
    return new Map(
      this.#driver.all(
        `SELECT digest, activation, table_name FROM plugin_handler_contributions`,
      ).map((row) => [String(row.digest), {
        activation: row.activation === "startup" ? "startup" : "lazy",
        table: row.table_name === null ? null : String(row.table_name),
      }]),
    );
  }

  /**
   * Remembers what the code with this digest contributes.
   *
   * @returns Whether that was not known.
   */
  remember(digest: string, contributions: PluginContributions): boolean {
    if (this.get(digest) !== undefined) return false;
    this.#driver.run(
      `INSERT OR IGNORE INTO plugin_handler_contributions
        (digest, contributions, activation, table_name) VALUES (?, ?, ?, ?)`,
      [
        digest,
        JSON.stringify(contributions),
        contributions.activation,
        contributions.table?.name ?? null,
      ],
    );
    return true;
  }

  /** Forgets what the code with this digest contributes. */
  forget(digest: string): void {
    this.#driver.run(
      `DELETE FROM plugin_handler_contributions WHERE digest = ?`,
      [digest],
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
