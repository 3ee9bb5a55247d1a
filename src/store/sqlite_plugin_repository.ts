/**
 * Keeps plugins in SQLite: the original's columns in `plugins`, the rest
 * beside it in `plugin_handler_plugins`.
 *
 * @module
 */
import { digestOf } from "../shared/digest.ts";
import { PluginError } from "../shared/errors.ts";
import { ContributionStore } from "./contribution_store.ts";
import { createHandlerSchema } from "./handler_schema.ts";
import { KnownNames } from "./known_names.ts";
import type {
  DBPluginSchema,
  KeptPlugin,
  PluginDecisions,
  PluginExtras,
  PluginRepository,
  PluginVersion,
  StoredPlugin,
  StoredPluginCode,
} from "./plugin_repository.ts";
import {
  CODE_COLUMNS,
  PLUGIN_COLUMNS,
  pluginParameters,
  sealedFields,
  STORED_COLUMNS,
  STORED_TABLES,
  storedPlugin,
  storedPluginCode,
} from "./plugin_row.ts";
import type {
  SqliteDriver,
  SqliteParameter,
} from "../sqlite/driver/sqlite_driver.ts";
import type { SecretsKeys } from "../shared/secret/secrets_key.ts";
import { RowSeal } from "./row_seal.ts";
import { SourceMapStore } from "./source_map_store.ts";
import { passOn } from "./table_owners.ts";
import { VersionHistory } from "./version_history.ts";

const INSERT = `INSERT INTO plugins (${PLUGIN_COLUMNS.join(", ")})
  VALUES (${PLUGIN_COLUMNS.map(() => "?").join(", ")})`;
const INSERT_WITH_ID = `INSERT INTO plugins (${PLUGIN_COLUMNS.join(", ")}, id)
  VALUES (${PLUGIN_COLUMNS.map(() => "?").join(", ")}, ?)`;
const UPDATE = `UPDATE plugins SET ${
  PLUGIN_COLUMNS.map((column) => `${column} = ?`).join(", ")
} WHERE id = ?`;
const SAVE_EXTRAS = `INSERT INTO plugin_handler_plugins
  (plugin_id, digest, repo_type, language, manifest_fields, source_url, etag,
   signature, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (plugin_id) DO UPDATE SET digest = excluded.digest,
    repo_type = excluded.repo_type, language = excluded.language,
    manifest_fields = excluded.manifest_fields,
    source_url = excluded.source_url, etag = excluded.etag,
    signature = excluded.signature, origin = excluded.origin,
    trial_since = NULL, upgrade_from = NULL, quarantines = 0, retry_at = NULL,
    last_error = NULL, last_error_at = NULL,
    reason = iif(state = 'quarantined', NULL, reason),
    state = iif(state = 'quarantined', 'enabled', state)`;

const ACCEPT = `INSERT INTO plugin_handler_plugins
  (plugin_id, digest, signature) VALUES (?, ?, ?)
  ON CONFLICT (plugin_id) DO UPDATE SET digest = excluded.digest,
    signature = excluded.signature, origin = 'host'`;

/** How {@linkcode SqlitePluginRepository} keeps plugins. */
export interface SqlitePluginRepositoryOptions extends SecretsKeys {
  /**
   * How many earlier versions of a plugin are kept; one at least, to which an
   * update that fails returns.
   *
   * @default 5
   */
  keepVersions?: number;
  /**
   * What is kept of plugins' code, and goes with it.
   *
   * @default a store of its own
   */
  contributions?: ContributionStore;
}

/** Plugins in a SQLite database. */
export class SqlitePluginRepository implements PluginRepository {
  readonly #driver: SqliteDriver;
  readonly #contributions: ContributionStore;
  readonly #history: VersionHistory;
  readonly #names: KnownNames;
  readonly #sourceMaps: SourceMapStore;
  readonly #seal: RowSeal;

  /** Makes the tables where they are missing. */
  constructor(
    driver: SqliteDriver,
    options: SqlitePluginRepositoryOptions = {},
  ) {
    this.#driver = driver;
    this.#contributions = options.contributions ??
      new ContributionStore(driver);
    this.#seal = new RowSeal(options);
    this.#names = new KnownNames(driver, this.#seal);
    this.#sourceMaps = new SourceMapStore(driver);
    this.#history = new VersionHistory(driver, {
      // `Infinity` is further than SQLite counts.
      limit: Math.min(
        Math.max(1, options.keepVersions ?? 5),
        Number.MAX_SAFE_INTEGER,
      ),
      seal: this.#seal,
    });
    createHandlerSchema(driver);
  }

  /** All plugins, by id, without their code. */
  list(): StoredPlugin[] {
    return this.#driver
      .all(`SELECT ${STORED_COLUMNS} FROM ${STORED_TABLES} ORDER BY p.id`)
      .map((row) => storedPlugin(row, this.#seal));
  }

  /** One plugin with its code. */
  get(id: number): StoredPluginCode | undefined {
    return this.getMany([id])[0];
  }

  /** Several plugins with their code, in the order asked. */
  getMany(ids: readonly number[]): StoredPluginCode[] {
    const rows = this.#driver.all(
      `SELECT ${STORED_COLUMNS}, ${CODE_COLUMNS} FROM ${STORED_TABLES}
        WHERE p.id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(ids)],
    );
    const byId = new Map(rows.map((row) => [Number(row.id), row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined ? [] : [storedPluginCode(row, this.#seal)];
    });
  }

  /** One plugin without its code. */
  find(id: number): StoredPlugin | undefined {
    return this.#findBy("id", id);
  }

  /** One plugin by its unique name, without its code. */
  findByName(name: string): StoredPlugin | undefined {
    return this.#findBy("name", name);
  }

  #findBy(
    column: "id" | "name",
    value: number | string,
  ): StoredPlugin | undefined {
    const row = this.#driver.get(
      `SELECT ${STORED_COLUMNS} FROM ${STORED_TABLES} WHERE p.${column} = ?`,
      [value],
    );
    return row === undefined ? undefined : storedPlugin(row, this.#seal);
  }

  /** Adds a plugin and gives its id. */
  insert(row: DBPluginSchema, extras: PluginExtras): number {
    return this.#driver.transaction(() => {
      const parameters = pluginParameters(row);
      const { lastInsertRowid } = row.id == null
        ? this.#driver.run(INSERT, parameters)
        : this.#driver.run(INSERT_WITH_ID, [...parameters, row.id]);
      const id = Number(lastInsertRowid);
      // Another program may have deleted the plugin that had this id before:
      // what was granted to that one is not for this one.
      this.#forget(id);
      this.#saveExtras(id, row, extras);
      return id;
    }, "IMMEDIATE");
  }

  /** Replaces a plugin's row; other code that was there goes to its versions. */
  update(id: number, row: DBPluginSchema, extras: PluginExtras): void {
    this.#driver.transaction(() => {
      const old = this.get(id);
      if (old === undefined) throw notFound(id);
      const digest = digestOf(row.plugin);
      // What somebody else wrote must not come back as a version of the
      // handler's, nor must what they granted to it outlive it.
      if (!isOwn(old)) this.#disown(id);
      else if (old.version !== row.version || old.digest !== digest) {
        this.#prune(this.#history.add(old));
      }
      this.#driver.run(UPDATE, [...pluginParameters(row), id]);
      this.#saveExtras(id, row, extras);
    }, "IMMEDIATE");
  }

  /** Changes what was decided about a plugin. */
  decide(id: number, decisions: Partial<PluginDecisions>): void {
    const changes = Object.entries(decisions).map(([key, value]) =>
      [
        key,
        key === "granted" || key === "publicRoutes"
          ? JSON.stringify(value)
          : value,
      ] as const
    );
    this.#keepingSeal(id, () => {
      this.#driver.run(
        `INSERT OR IGNORE INTO plugin_handler_plugins (plugin_id) VALUES (?)`,
        [id],
      );
      for (const [key, value] of changes) {
        this.#driver.run(
          `UPDATE plugin_handler_plugins SET ${DECISIONS[key]} = ?
            WHERE plugin_id = ?`,
          [value as SqliteParameter, id],
        );
      }
    });
  }

  /** Keeps what a plugin failed with last, where the handler has stored it. */
  noteError(id: number, { text, at }: { text: string; at: number }): void {
    const { timeout = 0 } = this.#driver.get("PRAGMA busy_timeout") ?? {};
    // Nobody waits for another writer only to have it noted that something failed.
    this.#driver.exec("PRAGMA busy_timeout = 0");
    try {
      this.#driver.run(
        `UPDATE plugin_handler_plugins SET last_error = ?, last_error_at = ?
          WHERE plugin_id = ?`,
        [text, at, id],
      );
    } finally {
      this.#driver.exec(`PRAGMA busy_timeout = ${Number(timeout)}`);
    }
  }

  /** Pins the digest of a row that has none. */
  pinDigest(id: number, digest: string): void {
    this.#keepingSeal(id, () => {
      this.#driver.run(
        `INSERT INTO plugin_handler_plugins (plugin_id, digest) VALUES (?, ?)
          ON CONFLICT (plugin_id) DO UPDATE SET digest = excluded.digest
          WHERE digest IS NULL`,
        [id, digest],
      );
      const { name, version } = this.get(id) ?? {};
      if (name && version) this.#names.remember(name, version);
    });
  }

  /** Takes a row for what it is now, whoever wrote it. */
  accept(id: number): void {
    this.#driver.transaction(() => {
      const row = this.get(id);
      if (row === undefined) throw notFound(id);
      const { name, version } = row;
      const isKnown = row.digest !== null || this.#names.has(name);
      const signature = row.manifestFields.signature === undefined
        ? "unsigned"
        : "untrusted";
      // A row of the original's stays one until it is loaded: the table that it
      // made is the plugin's own.
      const digest = isKnown ? digestOf(row.plugin) : null;
      this.#driver.run(ACCEPT, [id, digest, signature]);
      if (isKnown) this.#names.accept(name, version);
      passOn(this.#driver, this.#seal, {
        id,
        name,
        origin: "host",
        accepts: true,
      });
      this.#sealRow(id);
    }, "IMMEDIATE");
  }

  /** The highest version that was ever stored under a name. */
  highestVersion(name: string): string | undefined {
    return this.#names.highest(name);
  }

  /** Forgets that a name was ever known. */
  forgetName(name: string): void {
    this.#names.forget(name);
  }

  /** Removes a plugin and its versions; false where there is none. */
  delete(id: number): boolean {
    return this.#driver.transaction(() => {
      const { changes } = this.#driver.run(
        `DELETE FROM plugins WHERE id = ?`,
        [id],
      );
      this.#driver.run(
        `DELETE FROM plugin_handler_schedules WHERE plugin_id = ?`,
        [id],
      );
      this.#forget(id);
      return changes > 0;
    }, "IMMEDIATE");
  }

  /** The earlier versions of a plugin, newest first. */
  versions(id: number): PluginVersion[] {
    return this.#history.list(id);
  }

  /** One earlier version with its code, by its version, its digest, or both. */
  version(
    id: number,
    key: string | Pick<PluginVersion, "version" | "digest">,
  ): KeptPlugin | undefined {
    return this.#history.get(id, key);
  }

  /** Takes a version out of the history. */
  forgetVersion(
    id: number,
    version: Pick<PluginVersion, "version" | "digest">,
  ): void {
    this.#history.remove(id, version);
    this.#prune([version.digest]);
  }

  #forget(id: number): void {
    const digests = ["plugins", "versions"].flatMap((table) =>
      this.#driver.all(
        `DELETE FROM plugin_handler_${table} WHERE plugin_id = ?
          RETURNING digest`,
        [id],
      )
    ).flatMap(({ digest }) => digest ?? []);
    this.#prune(digests.map(String));
  }

  /** Forgets what was known of code that may be gone. */
  #prune(digests: readonly string[]): void {
    this.#contributions.prune(digests);
    this.#sourceMaps.prune(digests);
  }

  /** A row that somebody else wrote stays one whatever is decided about it. */
  #keepingSeal(id: number, write: () => void): void {
    this.#driver.transaction(() => {
      const before = this.get(id)?.trust;
      write();
      if (before === "kept" || before === "new") this.#sealRow(id);
    }, "IMMEDIATE");
  }

  #sealRow(id: number): void {
    if (!this.#seal.isOn) return;
    const row = this.#driver.get(
      `SELECT ${STORED_COLUMNS} FROM ${STORED_TABLES} WHERE p.id = ?`,
      [id],
    );
    if (row === undefined) return;
    this.#driver.run(
      `UPDATE plugin_handler_plugins SET seal = ? WHERE plugin_id = ?`,
      [this.#seal.of(sealedFields(row)), id],
    );
  }

  #disown(id: number): void {
    this.#driver.run(
      `UPDATE plugin_handler_plugins SET granted = '{}', public_routes = '[]',
        pin = NULL
        WHERE plugin_id = ?`,
      [id],
    );
  }

  #saveExtras(id: number, row: DBPluginSchema, extras: PluginExtras): void {
    const digest = digestOf(row.plugin);
    this.#driver.run(SAVE_EXTRAS, [
      id,
      digest,
      row.repoType ?? "default",
      extras.language,
      JSON.stringify(extras.manifestFields),
      extras.sourceUrl,
      extras.etag,
      extras.signature,
      extras.origin,
    ]);
    const { sourceMap } = extras;
    if (sourceMap !== undefined) this.#sourceMaps.save(digest, sourceMap);
    this.#names.remember(row.name, row.version);
    this.#sealRow(id);
    passOn(this.#driver, this.#seal, { id, name: row.name, ...extras });
  }
}

/** A row of the original's, which nobody pinned yet, has no history to keep. */
function isOwn({ trust }: StoredPlugin): boolean {
  return trust === "kept" || trust === "new";
}

const DECISIONS: Readonly<Record<string, string>> = {
  state: "state",
  reason: "reason",
  granted: "granted",
  publicRoutes: "public_routes",
  pin: "pin",
  trialSince: "trial_since",
  upgradeFrom: "upgrade_from",
  quarantines: "quarantines",
  retryAt: "retry_at",
  lastError: "last_error",
  lastErrorAt: "last_error_at",
};

function notFound(id: number): PluginError {
  return new PluginError(
    "PLUGIN_NOT_FOUND",
    `Cannot update plugin ${id}: no such plugin is stored; see getAll()`,
    { pluginId: id },
  );
}
