/**
 * Remembers the names that plugins were stored under, also after they are gone,
 * and the highest version of each.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import { compareVersions } from "../shared/version_order.ts";
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";
import type { RowSeal } from "./row_seal.ts";

/** The names that the handler knows. */
export class KnownNames {
  readonly #driver: SqliteDriver;
  readonly #seal: RowSeal;

  constructor(driver: SqliteDriver, seal: RowSeal) {
    this.#driver = driver;
    this.#seal = seal;
  }

  /** Notes that a version is stored under a name. */
  remember(name: string, version: string): void {
    const known = this.#row(name);
    if (known === undefined || isHigher(version, known.highest)) {
      this.#write(name, version);
    }
  }

  /** Takes what is known of a name for true, whoever wrote it. */
  accept(name: string, version: string): void {
    const { highest = version } = this.#row(name) ?? {};
    this.#write(name, isHigher(version, highest) ? version : highest);
  }

  #write(name: string, version: string): void {
    this.#driver.run(
      `INSERT INTO plugin_handler_names (name, highest, seal) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET highest = excluded.highest,
        seal = excluded.seal`,
      [name, version, this.#seal.of(["name", name, version])],
    );
  }

  /**
   * The highest version that was ever stored under a name.
   *
   * @throws {PluginError} `INTEGRITY_MISMATCH` where somebody else wrote it.
   */
  highest(name: string): string | undefined {
    const known = this.#row(name);
    if (known === undefined) return undefined;
    const { highest, seal } = known;
    if (this.#seal.holds(["name", name, highest], seal)) return highest;
    throw new PluginError(
      "INTEGRITY_MISMATCH",
      `Cannot tell which versions of plugin "${name}" there were: somebody else wrote them into the database; pass allowDowngrade where the new version is the one that you want`,
    );
  }

  /** Whether a plugin was ever stored under a name. */
  has(name: string): boolean {
    return this.#row(name) !== undefined;
  }

  /** Forgets a name of which nothing is left. */
  forget(name: string): void {
    this.#driver.run(`DELETE FROM plugin_handler_names WHERE name = ?`, [name]);
  }

  #row(name: string): { highest: string; seal: unknown } | undefined {
    const row = this.#driver.get(
      `SELECT highest, seal FROM plugin_handler_names WHERE name = ?`,
      [name],
    );
    return row === undefined
      ? undefined
      : { highest: String(row.highest), seal: row.seal };
  }
}

/** What has no order gives way to what has one. */
function isHigher(version: string, than: string): boolean {
  const order = compareVersions(version, than);
  return order === undefined
    ? compareVersions(than, than) === undefined
    : order > 0;
}
