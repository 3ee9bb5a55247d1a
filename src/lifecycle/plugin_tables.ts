/**
 * Makes the tables that plugins declare, and hands out builders that reach no
 * other table.
 *
 * @module
 */
import type { PluginIdentity, Row, TableConfig } from "../plugin/plugin.ts";
import { detectParser, KeptColumns, type TableOwners } from "../store/mod.ts";
import { messageOf, PluginError } from "../shared/errors.ts";
import { declaredTables } from "../plugin/declared_tables.ts";
import { type ConfinedDB, type DB, QueryBuilder } from "../sqlite/mod.ts";
import { evolveTable } from "../sqlite/schema/evolve_table.ts";
import { KEPT_COLUMNS_TABLE } from "../sqlite/schema/kept_columns.ts";
import { RevocableDriver, TableAccess } from "./revocable_driver.ts";
import type { LoadedPlugin } from "../execution/loaded_plugin.ts";
import type { TableHome } from "../execution/isolated_plugins.ts";
import { moveTable } from "./move_table.ts";
import type { TableFiles } from "./table_files.ts";

/** A plugin's table while the plugin is loaded. */
export interface PluginTable {
  /** A fresh builder for the table. */
  readonly builder: () => QueryBuilder<Row>;
  /** Drops the table again, if opening it made it. */
  undo(): void | Promise<void>;
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
  /** The files of isolated plugins' tables. */
  readonly files: TableFiles;
  /** Brings the tables of an isolated plugin up to date, in a process. */
  readonly evolve: (
    plugin: PluginIdentity,
    tables: readonly TableConfig[],
    home: TableHome,
  ) => Promise<void>;
  /** Told what could not be removed. */
  readonly onLeftOver: (error: unknown) => void;
}

/** The tables of all plugins. */
export class PluginTables {
  readonly #db: DB;
  readonly #owners: TableOwners;
  readonly #kept: KeptColumns;
  readonly #parts: PluginTablesParts;
  /** The tables that a process brings back, by the ids of their plugins. */
  readonly #reopening = new Map<number, Promise<void>>();

  /** @param parts What the tables are made with. */
  constructor(db: DB, parts: PluginTablesParts) {
    this.#db = db;
    this.#owners = parts.owners;
    this.#kept = parts.kept;
    this.#parts = parts;
  }

  /** Reads at once what opening many tables asks for. */
  hold(): Disposable {
    return this.#owners.hold();
  }

  /**
   * Claims the table of a plugin that runs here and makes it, or brings its
   * columns up to date. Columns that are no longer declared are kept aside, and
   * come back with a version that declares them.
   *
   * @param plugin Whose it is.
   * @param options Whether it may be taken over.
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
      this.#owners.claim(name, { ...plugin, adopts: options.adopts });
      const isNew = this.#make(plugin, config);
      this.#owners.declare(name, declared);
      return isNew;
    }, "IMMEDIATE");
    return this.#opened(plugin, config, isNew, options.access);
  }

  /**
   * Claims the table of an isolated plugin; its store makes it.
   *
   * @param plugin Whose it is.
   * @param options Whether it may be taken over.
   * @throws {PluginError} `TABLE_NAME_TAKEN`, `STORE_FAILED`.
   */
  claim(
    plugin: PluginIdentity,
    config: TableConfig,
    options: OpenTableOptions,
  ): PluginTable {
    const { name, columns } = config;
    const isNew = this.#db.driver.transaction(() => {
      const isNew = this.#owners.claim(name, {
        ...plugin,
        adopts: options.adopts,
      });
      this.#owners.declare(name, JSON.stringify(columns));
      if (this.#owners.file(name) !== undefined) return isNew;
      if (this.#owners.exists(name)) return false;
      // Beside the plugin's other tables, which one process keeps.
      const [file = plugin.id] = this.#owners.files(plugin.id);
      this.#owners.settle(name, file);
      return isNew;
    }, "IMMEDIATE");
    return this.#opened(plugin, config, isNew, options.access);
  }

  /**
   * Where the tables of an isolated plugin are kept.
   *
   * @param plugin Whose they are; they have been claimed.
   * @param wanted The columns that some version may want back, or all.
   * @returns Where, and how they get there.
   * @throws {PluginError} `STORE_FAILED` where they are in several files.
   */
  home(
    plugin: PluginIdentity,
    tables: readonly string[],
    wanted: readonly string[] | undefined,
  ): TableHome {
    const { files } = this.#parts;
    const numbers = new Map(
      tables.map((table) => [table, this.#owners.file(table)]),
    );
    const number = oneFile(plugin, numbers);
    files.prepare(number);
    const home = { file: files.file(number), kept: wanted };
    const unsettled = tables.filter((it) => numbers.get(it) === undefined);
    if (unsettled.length === 0) return home;
    const parts = { db: this.#db, owners: this.#owners, kept: this.#kept };
    const move: TableHome["move"] = async (copy) => {
      for (const table of unsettled) {
        await moveTable({ ...parts, files }, {
          table,
          number,
          copy: (from) => copy(from, table),
        });
      }
    };
    return { ...home, move };
  }

  /**
   * Brings a table back to what the version that runs declares. Where that
   * takes a process, {@linkcode reopened} says when it is so.
   */
  reopen(plugin: LoadedPlugin): void {
    const tables = declaredTables(plugin.contributions);
    if (tables.length === 0) return;
    if (plugin.runner.isolation === "inline") {
      const options = { adopts: false, access: new TableAccess(plugin) };
      for (const table of tables) this.open(plugin, table, options);
      return;
    }
    const names = tables.map(({ name }) => name);
    const home = this.home(plugin, names, undefined);
    const pending = this.#parts.evolve(plugin, tables, home).catch((error) =>
      plugin.logger.warn(`Its tables stay as they are: ${messageOf(error)}`)
    );
    this.#reopening.set(plugin.id, pending);
    pending.then(() => {
      if (this.#reopening.get(plugin.id) === pending) {
        this.#reopening.delete(plugin.id);
      }
    });
  }

  /** Waits until a plugin's table is as the version that runs declares it. */
  async reopened(pluginId: number): Promise<void> {
    await this.#reopening.get(pluginId);
  }

  /** Makes builders for a table that is there already. */
  builder(
    plugin: PluginIdentity,
    config: TableConfig,
    access: TableAccess,
  ): () => QueryBuilder<Row> {
    const { name, columns } = config;
    const parser = detectParser<Row>(columns, config.parser);
    let [db, driver]: [DB?, RevocableDriver?] = [];
    return () => {
      const now = db === this.#db ? db : this.databaseOf(name);
      if (db !== now || driver === undefined) {
        driver = new RevocableDriver(confine(now, plugin, name).driver, access);
        db = now;
      }
      return new QueryBuilder(driver, name, parser);
    };
  }

  /**
   * Does something to the tables of a plugin that runs here, all of it or
   * nothing, together with what it does to the handler's own.
   */
  together(pluginId: number, work: () => void): void {
    const whole = this.#owners.files(pluginId).reduce<() => void>(
      (inner, number) => () => {
        const { driver } = this.#parts.files.connection(number);
        driver.transaction(inner, "IMMEDIATE");
      },
      work,
    );
    this.#db.driver.transaction(whole, "IMMEDIATE");
  }

  /** The ids of all owners by their tables' names in lower case. */
  owners(): ReadonlyMap<string, number> {
    return this.#owners.all();
  }

  /** Drops a table and takes it from its plugin. */
  drop(table: string): void {
    this.#db.driver.transaction(() => {
      if (this.#owners.file(table) === undefined) {
        this.#db.dropTable(table, { ifExists: true });
      }
      this.#owners.release(table);
    }, "IMMEDIATE");
  }

  /**
   * Drops every table of a plugin, and what was kept of them. Files stay until
   * they are {@linkcode sweep swept}.
   *
   * @returns The numbers of the files that the tables were in.
   */
  purge(pluginId: number): number[] {
    const files = this.#owners.files(pluginId);
    for (const table of this.#owners.owned(pluginId)) {
      this.drop(table);
      this.#kept.forget(table);
    }
    return files;
  }

  /** Removes files that no table is in any more. */
  async sweep(numbers: readonly number[]): Promise<void> {
    const { files, onLeftOver } = this.#parts;
    for (const number of numbers) {
      if (this.#owners.uses(number)) continue;
      await files.remove(number).catch(onLeftOver);
    }
  }

  /** How many bytes the files of a plugin's tables have. */
  bytes(pluginId: number): number | undefined {
    const sizes = this.#owners.files(pluginId)
      .map((number) => this.#parts.files.bytes(number))
      .filter((size) => size !== undefined);
    return sizes.length === 0 ? undefined : sizes.reduce((a, b) => a + b);
  }

  /** The folder of all plugins' tables; undefined for a database in memory. */
  get folder(): string | undefined {
    const { files } = this.#parts;
    return files.database === "" ? undefined : files.root;
  }

  /** Lets go of the files. */
  close(): Promise<void> {
    return this.#parts.files.close();
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

  /** Forgets kept columns that no version wants back. */
  forgetKept(pluginId: number, wanted: ReadonlySet<string>): void {
    for (const table of this.#owners.owned(pluginId)) {
      this.#kept.forget(table, wanted);
    }
  }

  /**
   * The database that a table is in.
   *
   * @throws {PluginError} `STORE_FAILED` where its file cannot be opened.
   */
  databaseOf(table: string): DB {
    const number = this.#owners.file(table);
    return number === undefined
      ? this.#db
      : this.#parts.files.connection(number);
  }

  #opened(
    plugin: PluginIdentity,
    config: TableConfig,
    isNew: boolean,
    access: TableAccess,
  ): PluginTable {
    return {
      builder: this.builder(plugin, config, access),
      undo: () => {
        if (!isNew) return;
        const file = this.#owners.file(config.name);
        this.drop(config.name);
        if (file !== undefined) return this.sweep([file]);
      },
    };
  }

  #make(plugin: PluginIdentity, config: TableConfig): boolean {
    const number = this.#owners.file(config.name);
    const db = number === undefined
      ? this.#db
      : this.#parts.files.connection(number, { make: true });
    if (number !== undefined) db.run(KEPT_COLUMNS_TABLE);
    return evolveTable({
      driver: db.driver,
      confined: confine(db, plugin, config.name),
      kept: number === undefined ? this.#kept : new KeptColumns(db.driver),
    }, config as never);
  }
}

/** One process keeps all tables of a plugin, and reaches one file. */
function oneFile(
  { id, name }: PluginIdentity,
  numbers: ReadonlyMap<string, number | undefined>,
): number {
  const distinct = new Set(numbers.values());
  distinct.delete(undefined);
  const [number = id] = distinct;
  if (distinct.size <= 1) return number;
  throw new PluginError(
    "STORE_FAILED",
    `Cannot open the tables of plugin "${name}": they are in several files, since an earlier installation left some of them behind; delete that one with purge, or give new tables other names`,
    { pluginId: id },
  );
}

function confine(
  db: DB,
  { name, version }: PluginIdentity,
  table: string,
): ConfinedDB {
  return db.confined({ plugin: `${name}@${version}`, table });
}
