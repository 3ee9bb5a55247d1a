/**
 * Keeps the values of plugins' settings; secrets are kept encrypted.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import type { PluginIdentity } from "../shared/plugin_identity.ts";
import { SecretBox } from "../shared/secret/secret_box.ts";
import type { SecretsKeys } from "../shared/secret/secrets_key.ts";
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";

/** What is kept of one setting. */
export interface KeptSetting {
  /** The value; undefined where it is encrypted. */
  readonly value?: unknown;
  /** Whether it is encrypted. */
  readonly isSecret: boolean;
}

/** A value that is ready to be written. */
export interface WritableSetting {
  /** The setting's name. */
  readonly name: string;
  /** What is written; `null` takes away what is there. */
  readonly text: string | null;
  /** Whether it is encrypted. */
  readonly isSecret: boolean;
}

/** A value as it is stored. */
interface SettingRow {
  readonly name: string;
  readonly text: string;
  readonly isSecret: boolean;
}

/** The settings of all plugins. */
export class SettingStore {
  readonly #driver: SqliteDriver;
  readonly #box: SecretBox;
  /** As they are stored, what the plugins of this process were given. */
  readonly #given = new Map<number, Map<string, string>>();

  /** @param driver The database; it has the handler's tables. */
  constructor(driver: SqliteDriver, keys: SecretsKeys = {}) {
    this.#driver = driver;
    this.#box = new SecretBox(keys);
  }

  /** What is kept of a plugin, without looking into secrets. */
  kept(pluginId: number): Map<string, KeptSetting> {
    return new Map(
      this.#rows(pluginId).map(({ name, text, isSecret }) => [
        name,
        isSecret ? { isSecret } : { isSecret, value: JSON.parse(text) },
      ]),
    );
  }

  /**
   * The values of a plugin. A secret that an earlier key encrypted is encrypted
   * anew.
   *
   * @param options Whether secrets that cannot be read are left out.
   * @returns The values by name.
   * @throws {PluginError} `LOAD_FAILED` where a secret cannot be read.
   */
  async read(
    plugin: Pick<PluginIdentity, "id" | "name">,
    { lenient = false } = {},
  ): Promise<Record<string, unknown>> {
    return await this.#values(plugin, this.#rows(plugin.id), lenient);
  }

  /**
   * The values of a plugin, to be handed to it; {@linkcode changed} tells what
   * is other than that later.
   *
   * @returns The values by name.
   * @throws {PluginError} `LOAD_FAILED` where a secret cannot be read.
   */
  async give(
    plugin: Pick<PluginIdentity, "id" | "name">,
  ): Promise<Record<string, unknown>> {
    const rows = this.#rows(plugin.id);
    const before = this.#given.get(plugin.id) ?? new Map();
    this.#given.set(plugin.id, textsOf(rows));
    try {
      return await this.#values(plugin, rows, false);
    } catch (error) {
      this.#given.set(plugin.id, before);
      throw error;
    }
  }

  /**
   * What somebody else changed since a plugin was given its values.
   *
   * @returns The names of the settings; none where it was given nothing yet.
   */
  changed(pluginId: number): string[] {
    const given = this.#given.get(pluginId);
    if (given === undefined) return [];
    const now = textsOf(this.#rows(pluginId));
    return [...new Set([...given.keys(), ...now.keys()])]
      .filter((name) => given.get(name) !== now.get(name));
  }

  async #values(
    plugin: Pick<PluginIdentity, "id" | "name">,
    rows: readonly SettingRow[],
    lenient: boolean,
  ): Promise<Record<string, unknown>> {
    const values: [string, unknown][] = [];
    for (const { name, text, isSecret } of rows) {
      const plain = isSecret ? await this.#open(plugin.id, name, text) : text;
      if (plain !== undefined) values.push([name, JSON.parse(plain)]);
      else if (!lenient) throw unreadable(plugin, name, this.#box.isOn);
    }
    return Object.fromEntries(values);
  }

  /**
   * Makes a value ready to be written.
   *
   * @param plugin Whose setting it is.
   * @param setting The value, and whether it is a secret.
   * @returns What {@linkcode write} takes.
   * @throws {PluginError} `INVALID_OPTIONS` for a secret without a key.
   */
  async prepare(
    plugin: Pick<PluginIdentity, "id" | "name">,
    name: string,
    { value, isSecret }: KeptSetting,
  ): Promise<WritableSetting> {
    if (value === undefined || value === null) {
      return { name, text: null, isSecret };
    }
    const text = JSON.stringify(value);
    if (!isSecret) return { name, text, isSecret };
    if (!this.#box.isOn) throw withoutKey(plugin, name);
    const context = contextOf(plugin.id, name);
    return { name, text: await this.#box.seal(text, context), isSecret };
  }

  /** Writes values, or takes them away. */
  write(pluginId: number, settings: readonly WritableSetting[]): void {
    for (const { name, text, isSecret } of settings) {
      if (text === null) {
        this.#driver.run(
          `DELETE FROM plugin_handler_settings
            WHERE plugin_id = ? AND name = ?`,
          [pluginId, name],
        );
        continue;
      }
      this.#driver.run(
        `INSERT INTO plugin_handler_settings (plugin_id, name, value, secret)
          VALUES (?, ?, ?, ?) ON CONFLICT (plugin_id, name) DO UPDATE SET
          value = excluded.value, secret = excluded.secret`,
        [pluginId, name, text, isSecret ? 1 : 0],
      );
    }
  }

  /** Whether anything is kept of a plugin. */
  has(pluginId: number): boolean {
    return this.#driver.get(
      `SELECT 1 FROM plugin_handler_settings WHERE plugin_id = ? LIMIT 1`,
      [pluginId],
    ) !== undefined;
  }

  /** Deletes all that is kept of a plugin. */
  remove(pluginId: number): void {
    this.#given.delete(pluginId);
    this.#driver.run(
      `DELETE FROM plugin_handler_settings WHERE plugin_id = ?`,
      [pluginId],
    );
  }

  #rows(pluginId: number): SettingRow[] {
    return this.#driver.all(
      `SELECT name, value, secret FROM plugin_handler_settings
        WHERE plugin_id = ? ORDER BY name`,
      [pluginId],
    ).map(({ name, value, secret }) => ({
      name: String(name),
      text: String(value),
      isSecret: Number(secret) === 1,
    }));
  }

  async #open(
    pluginId: number,
    name: string,
    sealed: string,
  ): Promise<string | undefined> {
    const context = contextOf(pluginId, name);
    const opened = await this.#box.open(sealed, context);
    if (opened === undefined) return undefined;
    if (!opened.isCurrent) await this.#renew(pluginId, name, sealed, opened);
    return opened.text;
  }

  /** Reading must work where nothing can be written. */
  async #renew(
    pluginId: number,
    name: string,
    ...[sealed, { text }]: [sealed: string, opened: { text: string }]
  ): Promise<void> {
    const renewed = await this.#box.seal(text, contextOf(pluginId, name));
    try {
      this.#driver.run(
        `UPDATE plugin_handler_settings SET value = ?
          WHERE plugin_id = ? AND name = ? AND value = ?`,
        [renewed, pluginId, name, sealed],
      );
    } catch {
      return;
    }
    // It is the same value.
    const given = this.#given.get(pluginId);
    if (given?.get(name) === sealed) given.set(name, renewed);
  }
}

function textsOf(rows: readonly SettingRow[]): Map<string, string> {
  return new Map(rows.map(({ name, text }) => [name, text]));
}

/** Encrypted for one setting of one plugin, a value is worth nothing elsewhere. */
function contextOf(pluginId: number, name: string): string {
  return JSON.stringify([pluginId, name]);
}

function unreadable(
  { id, name: plugin }: Pick<PluginIdentity, "id" | "name">,
  name: string,
  hasKey: boolean,
): PluginError {
  const setting = JSON.stringify(name);
  const state = hasKey
    ? `it was encrypted with another secretsKey, which belongs among previousSecretsKeys`
    : `the handler has no secretsKey; pass the one that it was encrypted with`;
  return new PluginError(
    "LOAD_FAILED",
    `Cannot read the secret setting ${setting} of plugin "${plugin}": ${state}, or set it anew with setSettings(${id}, …)`,
    { pluginId: id },
  );
}

function withoutKey(
  { id, name: plugin }: Pick<PluginIdentity, "id" | "name">,
  name: string,
): PluginError {
  return new PluginError(
    "INVALID_OPTIONS",
    `Cannot keep the secret setting ${
      JSON.stringify(name)
    } of plugin "${plugin}": the handler has no secretsKey; pass 32 random bytes, or their base64, as secretsKey to new PluginHandler()`,
    { pluginId: id },
  );
}
