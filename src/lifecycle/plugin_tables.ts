/**
 * Makes the tables that plugins declare, and hands out builders that reach no
 * other table.
 *
 * @module
 */
import type { PluginIdentity, Row, TableConfig } from "../plugin/plugin.ts";
import {
  detectParser,
  type KeptColumns,
  type ReturningColumn,
  type TableOwners,
} from "../store/mod.ts";
import {
  type ColumnDefinition,
  type ConfinedDB,
  type DB,
  QueryBuilder,
  type SqliteDriver,
} from "../sqlite/mod.ts";
import { RevocableDriver, TableAccess } from "./revocable_driver.ts";
import type { LoadedPlugin } from "../execution/loaded_plugin.ts";

/** A plugin's table while the plugin is loaded. */
export interface PluginTable {
  /** A fresh builder for the table. */
  readonly builder: () => QueryBuilder<Row>;
  /** A connection that reaches the table only. */
  readonly driver: SqliteDriver;
  /** Drops the table again, if opening it made it. */
  undo(): void;
}

/** How a table is opened. */
export interface OpenTableOptions {
  /** Whether a table that nobody owns may be taken over. */
  readonly adopts: boolean;
  /** How long the table may be used. */
  readonly access: TableAccess;
}

/** What the tables are made with. */
export interface PluginTablesParts {
  /** Which table belongs to whom. */
  readonly owners: TableOwners;
  /** Columns that a new version dropped. */
  readonly kept: KeptColumns;
}

/** The tables of all plugins. */
export class PluginTables {
  readonly #db: DB;
  readonly #owners: TableOwners;
  readonly #kept: KeptColumns;

  /**
   * @param db The database.
   * @param parts What the tables are made with.
   */
  constructor(db: DB, parts: PluginTablesParts) {
    this.#db = db;
    this.#owners = parts.owners;
    this.#kept = parts.kept;
  }

  /**
   * Claims a plugin's table and makes it, or brings its columns up to date.
   * Columns that are no longer declared are kept aside, and come back with a
   * version that declares them.
   *
   * @param plugin Whose it is.
   * @param config What the plugin declares.
   * @param options Whether it may be taken over.
   * @returns The table.
   * @throws {PluginError} `TABLE_NAME_TAKEN`, `STORE_FAILED`.
   */
  open(
    plugin: PluginIdentity,
    config: TableConfig,
    options: OpenTableOptions,
  ): PluginTable {
    const { name, columns } = config;
    const declared = JSON.stringify(columns);
    const isCurrent = this.#owners.isCurrent(name, plugin.id, {
      declared,
      columns: Object.keys(columns).length,
    });
    const isNew = !isCurrent && this.#db.driver.transaction(() => {
      const isNew = this.#make(plugin, config, options);
      this.#owners.declare(name, declared);
      return isNew;
    }, "IMMEDIATE");
    const { access } = options;
    return {
      builder: this.builder(plugin, config, access),
      driver: this.#revocable(plugin, name, access),
      undo: () => {
        if (isNew) this.drop(config.name);
      },
    };
  }

  /**
   * Brings a table back to what the version that runs declares.
   *
   * @param plugin The version that runs.
   */
  reopen(plugin: LoadedPlugin): void {
    const { table } = plugin.contributions;
    if (table === undefined) return;
    const access = new TableAccess(plugin);
    this.open(plugin, table, { adopts: false, access });
  }

  /** Makes builders for a table that is there already. */
  builder(
    plugin: PluginIdentity,
    config: TableConfig,
    access: TableAccess,
  ): () => QueryBuilder<Row> {
    const { name } = config;
    const driver = this.#revocable(plugin, name, access);
    const parser = detectParser<Row>(config.columns, config.parser);
    return () => new QueryBuilder(driver, name, parser);
  }

  /** The ids of all owners by their tables' names in lower case. */
  owners(): ReadonlyMap<string, number> {
    return this.#owners.all();
  }

  /** Drops a table and takes it from its plugin. */
  drop(table: string): void {
    this.#db.driver.transaction(() => {
      this.#db.dropTable(table, { ifExists: true });
      this.#owners.release(table);
    }, "IMMEDIATE");
  }

  /** Drops every table of a plugin, and what was kept of them. */
  purge(pluginId: number): void {
    for (const table of this.#owners.owned(pluginId)) {
      this.drop(table);
      this.#kept.forget(table);
    }
  }

  /** Whether a plugin has a table, or had one that it left behind. */
  has(pluginId: number): boolean {
    return this.#owners.owned(pluginId).length > 0;
  }

  /** Whether anything is kept of a plugin's tables. */
  hasKept(pluginId: number): boolean {
    return this.#owners.owned(pluginId)
      .some((table) => this.#kept.columns(table).length > 0);
  }

  /**
   * Forgets kept columns that no version wants back.
   *
   * @param pluginId The plugin.
   * @param wanted The columns that are wanted.
   */
  forgetKept(pluginId: number, wanted: ReadonlySet<string>): void {
    for (const table of this.#owners.owned(pluginId)) {
      this.#kept.forget(table, wanted);
    }
  }

  #make(
    plugin: PluginIdentity,
    config: TableConfig,
    { adopts }: Pick<OpenTableOptions, "adopts">,
  ): boolean {
    const { name, columns, parser } = config;
    const before = this.#columns(name);
    const after = Object.keys(columns);
    this.#owners.claim(name, { ...plugin, adopts });
    if (before.length > 0) {
      this.#kept.keep(name, missingFrom(after, before));
      const back = missingFrom(before, after);
      this.#kept.restore(name, back.map((one) => returning(config, one)));
    }
    this.#confined(plugin, name).createTable(columns, { parser });
    return before.length === 0;
  }

  #columns(table: string): string[] {
    return this.#db.getTableInfo(table).map(({ name }) => name);
  }

  #revocable(
    plugin: PluginIdentity,
    table: string,
    access: TableAccess,
  ): SqliteDriver {
    return new RevocableDriver(this.#confined(plugin, table).driver, access);
  }

  #confined({ name, version }: PluginIdentity, table: string): ConfinedDB {
    return this.#db.confined({ plugin: `${name}@${version}`, table });
  }
}

/** SQLite tells names apart in any case. */
function missingFrom(
  names: readonly string[],
  columns: readonly string[],
): string[] {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return columns.filter((column) => !known.has(column.toLowerCase()));
}

/**
 * A version that runs again must find its table as it declares it, also where
 * the version in between made rows that know nothing of the column.
 */
function returning({ columns }: TableConfig, name: string): ReturningColumn {
  const definition: ColumnDefinition | undefined = columns[name];
  const { type = "", notNull, default: given } = definition ?? {};
  if (!notNull || given !== undefined) return { name };
  if (/INT|REAL|DOUB|FLOA|NUM|DEC|BOOL/i.test(type)) {
    return { name, fallback: 0 };
  }
  return { name, fallback: /JSON/i.test(type) ? "null" : "" };
}
