/**
 * Which table belongs to which plugin: the first one that declared it.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import type {
  SqliteDriver,
  SqliteRow,
} from "../sqlite/driver/sqlite_driver.ts";
import type { SecretsKeys } from "../shared/secret/secrets_key.ts";
import { RowSeal, type SealedFields } from "./row_seal.ts";

/** A plugin that claims a table. */
export interface TableClaimant {
  /** The plugin's id. */
  readonly id: number;
  /** The plugin's unique name. */
  readonly name: string;
  /**
   * Whether the row was written by the original, so that a table which is
   * there already may well be the plugin's.
   */
  readonly adopts: boolean;
}

/** A table whose plugin is gone. */
export interface OrphanedTable {
  /** The table's name. */
  readonly table: string;
  /** The id that the plugin had; deleting it again, with `purge`, drops it. */
  readonly pluginId: number;
  /** The name of the plugin that it belonged to, and that may have it back. */
  readonly plugin: string;
}

/** A table, and whose it is. */
export interface OwnedTable extends OrphanedTable {
  /** Whether its plugin is gone. */
  readonly orphan: boolean;
  /** Whether it is in a file of its own. */
  readonly ownFile: boolean;
}

/** Keeps who owns which table. */
export class TableOwners {
  readonly #driver: SqliteDriver;
  readonly #seal: RowSeal;
  #holds = 0;
  #known: Map<string, SqliteRow> | undefined;

  /** @param driver The database; it has the handler's tables. */
  constructor(driver: SqliteDriver, options: SecretsKeys = {}) {
    this.#driver = driver;
    this.#seal = new RowSeal(options);
  }

  /**
   * Gives a table to a plugin, or notes that it has it.
   *
   * @param table The table's name, a plain identifier.
   * @throws {PluginError} `TABLE_NAME_TAKEN` where it belongs to someone else.
   */
  claim(table: string, plugin: TableClaimant): boolean {
    const owner = this.#ownerOf(table);
    if (owner === undefined) {
      if (!plugin.adopts && this.exists(table)) {
        throw taken(table, plugin, { owner: "the host, which made it before" });
      }
      this.#own(table, plugin);
      return true;
    }
    if (!this.#seal.holds(sealedFields(owner), owner.seal)) {
      throw forged(table, plugin);
    }
    if (owner.plugin_id === plugin.id) return false;
    if (this.#stored(owner.plugin_id)) {
      throw taken(table, plugin, { owner: `plugin "${owner.plugin_name}"` });
    }
    if (
      owner.plugin_name !== plugin.name ||
      owner.origin !== this.#originOf(plugin.id)
    ) {
      throw taken(table, plugin, {
        owner: `plugin "${owner.plugin_name}" of ${ownerOrigin(owner)}, ` +
          "which was deleted and left it behind",
        release: `deletePlugin(${owner.plugin_id}, { purge: true }) drops it`,
      });
    }
    this.#own(table, plugin);
    return false;
  }

  /**
   * Whether a table is as its plugin last declared it, so that nothing needs to
   * be made. A start with thousands of plugins asks this of each.
   *
   * @param declared Its declaration, as text.
   * @returns Whether the table is there, the plugin's own, and up to date.
   */
  isCurrent(
    table: string,
    pluginId: number,
    { declared, columns }: { declared: string; columns: number },
  ): boolean {
    const known = this.#snapshot();
    const owner = known === undefined
      ? this.#driver.get(DECLARED_OF_ONE, [table, table])
      : known.get(table.toLowerCase());
    if (owner?.plugin_id !== pluginId || owner.declared !== declared) {
      return false;
    }
    if (owner.columns !== columns) return false;
    return this.#seal.holds(sealedFields(owner), owner.seal);
  }

  /**
   * Reads all tables at once with the first that is asked for, as long as it
   * lasts: for whoever opens many.
   */
  hold(): Disposable {
    this.#holds++;
    const release = () => {
      if (--this.#holds === 0) this.#known = undefined;
    };
    return { [Symbol.dispose]: release };
  }

  #snapshot(): ReadonlyMap<string, SqliteRow> | undefined {
    if (this.#holds === 0) return undefined;
    return this.#known ??= new Map(
      this.#driver.all(DECLARED)
        .map((row) => [String(row.name).toLowerCase(), row]),
    );
  }

  /** What has changed is claimed anew, which looks at it again. */
  #changes(table: string): void {
    this.#known?.delete(table.toLowerCase());
  }

  /**
   * The number of the file that a table is in.
   *
   * @returns The number; undefined where the table is in this database.
   */
  file(table: string): number | undefined {
    const file = this.#driver.get(
      `SELECT file FROM plugin_handler_tables WHERE name = ?`,
      [table],
    )?.file;
    return typeof file === "number" ? file : undefined;
  }

  /** Notes that a table is in a file of its own, for good. */
  settle(table: string, file: number): void {
    this.#changes(table);
    this.#driver.run(
      `UPDATE plugin_handler_tables SET file = ? WHERE name = ?`,
      [file, table],
    );
  }

  /** Whether any table is in the file of a number. */
  uses(file: number): boolean {
    return this.#driver.get(
      `SELECT 1 FROM plugin_handler_tables WHERE file = ?`,
      [file],
    ) !== undefined;
  }

  /** The numbers of the files that the tables of a plugin are in. */
  files(pluginId: number): number[] {
    return this.#driver.all(
      `SELECT DISTINCT file FROM plugin_handler_tables
        WHERE plugin_id = ? AND file IS NOT NULL`,
      [pluginId],
    ).map((row) => Number(row.file));
  }

  /** Whether a table is in this database. */
  exists(table: string): boolean {
    return this.#driver.get(
      `SELECT 1 FROM pragma_table_info(?) LIMIT 1`,
      [table],
    ) !== undefined;
  }

  /** Notes what a table was made from. */
  declare(table: string, declared: string): void {
    this.#changes(table);
    this.#driver.run(
      `UPDATE plugin_handler_tables SET declared = ? WHERE name = ?`,
      [declared, table],
    );
  }

  /** The tables of a plugin. */
  owned(pluginId: number): string[] {
    return this.#driver.all(
      `SELECT name FROM plugin_handler_tables WHERE plugin_id = ? ORDER BY name`,
      [pluginId],
    ).map((row) => String(row.name));
  }

  /** The ids of all owners by their tables' names in lower case. */
  all(): Map<string, number> {
    return new Map(
      this.#driver.all(`SELECT name, plugin_id FROM plugin_handler_tables`)
        .map((row) => [String(row.name).toLowerCase(), Number(row.plugin_id)]),
    );
  }

  /** Takes a table from its plugin, without dropping it. */
  release(table: string): void {
    this.#changes(table);
    this.#driver.run(`DELETE FROM plugin_handler_tables WHERE name = ?`, [
      table,
    ]);
  }

  /** All tables, by name, with whose they are. */
  list(): OwnedTable[] {
    return this.#driver.all(
      `SELECT name, plugin_id, plugin_name, file,
        plugin_id NOT IN (SELECT id FROM plugins) AS orphan
        FROM plugin_handler_tables ORDER BY name`,
    ).map((row) => ({
      table: String(row.name),
      pluginId: Number(row.plugin_id),
      plugin: String(row.plugin_name),
      orphan: Number(row.orphan) === 1,
      ownFile: row.file !== null,
    }));
  }

  /** The tables whose plugins are gone. */
  orphans(): OrphanedTable[] {
    return this.#driver.all(
      `SELECT name, plugin_id, plugin_name FROM plugin_handler_tables
        WHERE plugin_id NOT IN (SELECT id FROM plugins) ORDER BY name`,
    ).map((row) => ({
      table: String(row.name),
      pluginId: Number(row.plugin_id),
      plugin: String(row.plugin_name),
    }));
  }

  #own(table: string, { id, name }: TableClaimant): void {
    this.#changes(table);
    const origin = this.#originOf(id);
    write(this.#driver, this.#seal, { table, id, name, origin });
  }

  #ownerOf(table: string): SqliteRow | undefined {
    return this.#driver.get(
      `SELECT ${OWNER} FROM plugin_handler_tables WHERE name = ?`,
      [table],
    );
  }

  #originOf(pluginId: number): string {
    const row = this.#driver.get(
      `SELECT origin FROM plugin_handler_plugins WHERE plugin_id = ?`,
      [pluginId],
    );
    return String(row?.origin ?? "host");
  }

  #stored(pluginId: unknown): boolean {
    return this.#driver.get(`SELECT 1 FROM plugins WHERE id = ?`, [
      Number(pluginId),
    ]) !== undefined;
  }
}

const OWNER = "name, plugin_id, plugin_name, origin, seal";

/** The tables that are there, with what they were made from. */
const declared = (list: string) =>
  `SELECT t.name, t.plugin_id, t.plugin_name, t.origin, t.seal,
  t.declared, l.ncol AS columns FROM plugin_handler_tables t
  JOIN ${list} l ON t.name = l.name AND l.schema = 'main'`;
const DECLARED = declared("pragma_table_list");
/** Among thousands of tables, the whole list takes a while. */
const DECLARED_OF_ONE = `${declared("pragma_table_list(?)")} WHERE t.name = ?`;

/** Whose a table is. */
interface Owner {
  readonly id: number;
  readonly name: string;
  readonly origin: string;
}

/**
 * Writes down of all tables of a plugin whose they are: a table that a plugin
 * leaves behind is known by its plugin's name and origin. What somebody else
 * wrote stays as it is.
 */
export function passOn(
  driver: SqliteDriver,
  seal: RowSeal,
  owner: Owner & {
    /** Whether to take over what somebody else wrote, too. */
    readonly accepts?: boolean;
  },
): void {
  const tables = driver.all(
    `SELECT ${OWNER} FROM plugin_handler_tables WHERE plugin_id = ?`,
    [owner.id],
  );
  for (const row of tables) {
    const isOwn = seal.holds(sealedFields(row), row.seal);
    if (!isOwn && !owner.accepts) continue;
    write(driver, seal, { table: String(row.name), ...owner });
  }
}

function write(
  driver: SqliteDriver,
  seal: RowSeal,
  { table, id, name, origin }: Owner & { readonly table: string },
): void {
  const fields: SealedFields = ["table", table.toLowerCase(), id, name, origin];
  driver.run(
    `INSERT INTO plugin_handler_tables
      (name, plugin_id, plugin_name, origin, seal) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET plugin_id = excluded.plugin_id,
      plugin_name = excluded.plugin_name, origin = excluded.origin,
      seal = excluded.seal`,
    [table, id, name, origin, seal.of(fields)],
  );
}

function sealedFields(owner: SqliteRow): SealedFields {
  const { name, plugin_id, plugin_name, origin } = owner;
  return [
    "table",
    String(name).toLowerCase(),
    Number(plugin_id),
    String(plugin_name),
    String(origin),
  ];
}

/** `key:ada` as `the key "ada"`. */
function ownerOrigin({ origin }: SqliteRow): string {
  const [kind, ...rest] = String(origin).split(":");
  const what = rest.join(":");
  if (kind === "key") return `the key "${what}"`;
  return kind === "url" ? what : "the host";
}

function taken(
  table: string,
  plugin: TableClaimant,
  { owner, release = "give the plugin's table another name" }: {
    readonly owner: string;
    readonly release?: string;
  },
): PluginError {
  return new PluginError(
    "TABLE_NAME_TAKEN",
    `Cannot make table "${table}" for plugin "${plugin.name}": it belongs to ${owner}; ${release}`,
    { pluginId: plugin.id },
  );
}

function forged(table: string, plugin: TableClaimant): PluginError {
  return new PluginError(
    "INTEGRITY_MISMATCH",
    `Cannot open table "${table}" for plugin "${plugin.name}": somebody else wrote into the database whose it is; restore a backup, or give the plugin's table another name`,
    { pluginId: plugin.id },
  );
}
