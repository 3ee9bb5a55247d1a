/**
 * Keeps the source maps that code came with, by the code's digest: a version
 * that comes back finds its own.
 *
 * @module
 */
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";
import { pruneDigests } from "./prune_digests.ts";

/** The source maps of stored code. */
export class SourceMapStore {
  readonly #driver: SqliteDriver;

  /**
   * @param driver The database; it has the handler's tables.
   */
  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /** Keeps the map of code, in the place of an earlier one. */
  save(digest: string, sourceMap: string): void {
    this.#driver.run(
      `INSERT OR REPLACE INTO plugin_handler_source_maps (digest, map)
        VALUES (?, ?)`,
      [digest, sourceMap],
    );
  }

  /** Forgets the maps of code that is stored nowhere any more. */
  prune(digests: readonly string[]): void {
    pruneDigests(this.#driver, "plugin_handler_source_maps", digests);
  }
}
