/**
 * The earlier versions of plugins: what was stored before, whole, so that it
 * can be put back.
 *
 * @module
 */
import { digestOf } from "../shared/digest.ts";
import type {
  KeptPlugin,
  PluginVersion,
  StoredPluginCode,
} from "./plugin_repository.ts";
import { PLUGIN_COLUMNS } from "./plugin_row.ts";
import type {
  SqliteDriver,
  SqliteRow,
} from "../sqlite/driver/sqlite_driver.ts";

/** The earlier versions of all plugins. */
export class VersionHistory {
  readonly #driver: SqliteDriver;
  readonly #limit: number;

  /**
   * @param driver The database; it has the handler's tables.
   * @param limit How many versions of a plugin are kept.
   */
  constructor(driver: SqliteDriver, limit: number) {
    this.#driver = driver;
    this.#limit = limit;
  }

  /** The versions of a plugin, newest first. */
  list(id: number): PluginVersion[] {
    return this.#driver.all(
      `SELECT version, digest, replaced_at FROM plugin_handler_versions
        WHERE plugin_id = ? ORDER BY id DESC`,
      [id],
    ).map(pluginVersion);
  }

  /** One version with its code, the newest where there are several. */
  get(id: number, version: string): KeptPlugin | undefined {
    const kept = this.#driver.get(
      `SELECT version, digest, replaced_at, row, extras
        FROM plugin_handler_versions
        WHERE plugin_id = ? AND version = ? ORDER BY id DESC LIMIT 1`,
      [id, version],
    );
    return kept === undefined ? undefined : {
      ...pluginVersion(kept),
      row: JSON.parse(String(kept.row)),
      extras: JSON.parse(String(kept.extras)),
    };
  }

  /**
   * Adds what a plugin is now.
   *
   * @param plugin The plugin, about to be replaced.
   * @returns The digests of the versions that are too many, and gone.
   */
  add(plugin: StoredPluginCode): string[] {
    const { id, version, digest } = plugin;
    const { language, manifestFields, sourceUrl, etag, signature } = plugin;
    this.#driver.run(INSERT, [
      id,
      version,
      digest ?? digestOf(plugin.plugin),
      BigInt(Date.now()),
      JSON.stringify(Object.fromEntries(
        PLUGIN_COLUMNS.map((column) => [column, plugin[column]]),
      )),
      JSON.stringify({ language, manifestFields, sourceUrl, etag, signature }),
    ]);
    return this.#driver.all(
      `DELETE FROM plugin_handler_versions WHERE plugin_id = ?1 AND id NOT IN
        (SELECT id FROM plugin_handler_versions WHERE plugin_id = ?1
          ORDER BY id DESC LIMIT ?2) RETURNING digest`,
      [id, this.#limit],
    ).map((row) => String(row.digest));
  }

  /** Takes a version out. */
  remove(
    id: number,
    { version, digest }: Pick<PluginVersion, "version" | "digest">,
  ): void {
    this.#driver.run(
      `DELETE FROM plugin_handler_versions
        WHERE plugin_id = ? AND version = ? AND digest = ?`,
      [id, version, digest],
    );
  }
}

const INSERT = `INSERT INTO plugin_handler_versions
  (plugin_id, version, digest, replaced_at, row, extras)
  VALUES (?, ?, ?, ?, ?, ?)`;

function pluginVersion(row: SqliteRow): PluginVersion {
  return {
    version: String(row.version),
    digest: String(row.digest),
    replacedAt: Number(row.replaced_at),
  };
}
