/**
 * The earlier versions of plugins: what was stored before, whole, so that it
 * can be put back.
 *
 * @module
 */
import { digestOf } from "../shared/digest.ts";
import type {
  DBPluginSchema,
  KeptPlugin,
  PluginExtras,
  PluginVersion,
  StoredPluginCode,
} from "./plugin_repository.ts";
import { PLUGIN_COLUMNS } from "./plugin_row.ts";
import type { RowSeal, SealedFields } from "./row_seal.ts";
import type {
  SqliteDriver,
  SqliteRow,
} from "../sqlite/driver/sqlite_driver.ts";

/** How earlier versions are kept. */
export interface VersionHistoryOptions {
  /** How many of a plugin are kept. */
  readonly limit: number;
  /** What seals them. */
  readonly seal: RowSeal;
}

/** The earlier versions of all plugins. */
export class VersionHistory {
  readonly #driver: SqliteDriver;
  readonly #options: VersionHistoryOptions;

  /**
   * @param driver The database; it has the handler's tables.
   * @param options How many versions are kept, and how they are sealed.
   */
  constructor(driver: SqliteDriver, options: VersionHistoryOptions) {
    this.#driver = driver;
    this.#options = options;
  }

  /** The versions of a plugin, newest first. */
  list(id: number): PluginVersion[] {
    return this.#driver.all(
      `SELECT version, digest, replaced_at FROM plugin_handler_versions
        WHERE plugin_id = ? ORDER BY id DESC`,
      [id],
    ).map(pluginVersion);
  }

  /** One version with its code, the newest that the key fits. */
  get(
    id: number,
    key: string | Pick<PluginVersion, "version" | "digest">,
  ): KeptPlugin | undefined {
    const [condition, parameters] = typeof key === "string"
      ? ["version = ? OR digest = ?", [key, key]]
      : ["version = ? AND digest = ?", [key.version, key.digest]];
    const kept = this.#driver.get(
      `SELECT plugin_id, version, digest, replaced_at, row, extras, seal,
        (SELECT m.map FROM plugin_handler_source_maps m
          WHERE m.digest = plugin_handler_versions.digest) AS source_map
        FROM plugin_handler_versions
        WHERE plugin_id = ? AND (${condition}) ORDER BY id DESC LIMIT 1`,
      [id, ...parameters],
    );
    return kept && this.#keptPlugin(kept);
  }

  /** What somebody broke is kept, and is nothing to go back to. */
  #keptPlugin(kept: SqliteRow): KeptPlugin {
    const version = pluginVersion(kept);
    const isOwn = this.#options.seal.holds(sealedFields(kept), kept.seal);
    try {
      const row: DBPluginSchema = JSON.parse(String(kept.row));
      const extras: PluginExtras = {
        ...JSON.parse(String(kept.extras)),
        ...(kept.source_map == null
          ? {}
          : { sourceMap: String(kept.source_map) }),
      };
      const trust = isOwn && typeof row.plugin === "string" ? "kept" : "forged";
      return { ...version, trust, row, extras };
    } catch {
      const nothing = {} as DBPluginSchema & PluginExtras;
      return { ...version, trust: "forged", row: nothing, extras: nothing };
    }
  }

  /**
   * Adds what a plugin is now.
   *
   * @param plugin The plugin, about to be replaced.
   * @returns The digests of the versions that are too many, and gone.
   */
  add(plugin: StoredPluginCode): string[] {
    const { id, version, digest } = plugin;
    const { language, manifestFields, sourceUrl } = plugin;
    const { etag, signature, origin } = plugin;
    const row = {
      plugin_id: id,
      version,
      digest: digest ?? digestOf(plugin.plugin),
      row: JSON.stringify(Object.fromEntries(
        PLUGIN_COLUMNS.map((column) => [column, plugin[column]]),
      )),
      extras: JSON.stringify({
        language,
        manifestFields,
        sourceUrl,
        etag,
        signature,
        origin,
      }),
    };
    this.#driver.run(INSERT, [
      id,
      version,
      row.digest,
      BigInt(Date.now()),
      row.row,
      row.extras,
      this.#options.seal.of(sealedFields(row)),
    ]);
    return this.#driver.all(
      `DELETE FROM plugin_handler_versions WHERE plugin_id = ?1 AND id NOT IN
        (SELECT id FROM plugin_handler_versions WHERE plugin_id = ?1
          ORDER BY id DESC LIMIT ?2) RETURNING digest`,
      [id, this.#options.limit],
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
  (plugin_id, version, digest, replaced_at, row, extras, seal)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

function sealedFields(row: SqliteRow): SealedFields {
  const fields = [row.version, row.digest, row.row, row.extras].map(String);
  return ["version", Number(row.plugin_id), ...fields];
}

function pluginVersion(row: SqliteRow): PluginVersion {
  return {
    version: String(row.version),
    digest: String(row.digest),
    replacedAt: Number(row.replaced_at),
  };
}
