/**
 * Makes the tables that plugins declare, and hands out builders that reach no
 * other table.
 *
 * @module
 */
import type { PluginIdentity, Row, TableConfig } from "../plugin.ts";
import type { DB, QueryBuilder } from "../store/mod.ts";
import type { TableOwners } from "../store/table_owners.ts";

/** A plugin's table while the plugin is loaded. */
export interface PluginTable {
  /** A fresh builder for the table. */
  readonly builder: () => QueryBuilder<Row>;
  /** Drops the table again, if opening it made it. */
  undo(): void;
}

/** The tables of all plugins. */
export class PluginTables {
  readonly #db: DB;
  readonly #owners: TableOwners;

  /**
   * @param db The database.
   * @param owners Which table belongs to whom.
   */
  constructor(db: DB, owners: TableOwners) {
    this.#db = db;
    this.#owners = owners;
  }

  /**
   * Claims a plugin's table and makes it, or brings its columns up to date.
   *
   * @param plugin Whose it is.
   * @param config What the plugin declares.
   * @param options Whether a table that is already there may be taken over.
   * @returns The table.
   * @throws {PluginError} `TABLE_NAME_TAKEN`, `STORE_FAILED`.
   */
  open(
    plugin: PluginIdentity,
    config: TableConfig,
    options: { adopts: boolean },
  ): PluginTable {
    const { adopts } = options;
    const isNew = this.#db.driver.transaction(() => {
      const existed = this.#db.getTableInfo(config.name).length > 0;
      this.#owners.claim(config.name, { ...plugin, adopts });
      this.#db.createTable(config.name, config.columns, {
        ifNotExists: true,
        parser: config.parser,
      });
      return !existed;
    }, "IMMEDIATE");
    return {
      builder: this.builder(plugin, config),
      undo: () => {
        if (isNew) this.drop(config.name);
      },
    };
  }

  /** Makes builders for a table that is there already. */
  builder(
    plugin: PluginIdentity,
    config: TableConfig,
  ): () => QueryBuilder<Row> {
    void plugin;
    return () => this.#db.table(config.name, config.parser);
  }

  /** Drops a table and takes it from its plugin. */
  drop(table: string): void {
    this.#db.driver.transaction(() => {
      this.#db.dropTable(table, { ifExists: true });
      this.#owners.release(table);
    }, "IMMEDIATE");
  }

  /** Drops every table of a plugin. */
  purge(pluginId: number): void {
    for (const table of this.#owners.owned(pluginId)) this.drop(table);
  }
}
