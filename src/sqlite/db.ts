/**
 * A database, and the tables in it.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { type BackupFile, Backups } from "./backup/backup.ts";
import type { ColumnMap } from "./schema/column_compiler.ts";
import { ConfinedDB } from "./confined_db.ts";
import {
  DbSqliteDriver,
  isDbSqliteDatabase,
} from "./driver/db_sqlite/db_sqlite_driver.ts";
import type { DbSqliteDatabase } from "./driver/db_sqlite/db_sqlite_statement.ts";
import type { HostDriver, TableScope } from "./driver/host_driver.ts";
import { NodeSqliteDriver } from "./driver/node/node_sqlite_driver.ts";
import type { DBOptions } from "./options.ts";
import { detectParser } from "./schema/parser_detection.ts";
import { QueryBuilder } from "./query/query_builder.ts";
import { restoreBackup } from "./backup/restore.ts";
import { SchemaAccess } from "./schema/schema_access.ts";
import { quoteIdentifier } from "./sql/sql_text.ts";
import { storeError } from "./store_error.ts";
import { makeTable } from "./schema/table_creation.ts";
import type { TableOptions } from "./schema/table_options.ts";
import type { Parser, Row } from "./schema/table_types.ts";

/** Where a database logs to. */
export interface DBLogger {
  /** Something is odd, and the database goes on. */
  warn(message: string): void;
}

/** A database that somebody else opened. */
export type DatabaseHandle = DatabaseSync | DbSqliteDatabase;

/** SQLite counts with 32 bits. */
const MAX_TIMEOUT = 2 ** 31 - 1;
const SILENT: DBLogger = { warn: () => {} };

/**
 * A database. A file is opened in write-ahead mode and waits for other
 * processes; foreign keys are enforced.
 *
 * A file needs `--allow-read` and `--allow-write`.
 *
 * @example A database in memory
 * ```ts
 * import { column, DB } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * using db = new DB(":memory:");
 * const notes = db.createTable("notes", {
 *   id: column.id(),
 *   text: column.text({ notNull: true }),
 *   done: column.boolean({ default: false }),
 * });
 * notes.insert({ text: "write tests" });
 * assertEquals(notes.where({ done: false }).count(), 1);
 * ```
 */
export class DB extends SchemaAccess {
  readonly #host: HostDriver;
  readonly #options: DBOptions;
  readonly #logger: DBLogger;
  readonly #backups: Backups;

  /**
   * Opens a database, or takes an open one.
   *
   * @param path A file, which is made if it is not there, or `:memory:`; or a
   * handle, as {@linkcode DB.from} takes.
   * @param options Pragmas, extensions, backups.
   * @param logger Hears of failed backups and incomplete migrations.
   * @throws {PluginError} `STORE_FAILED` when it cannot be opened.
   */
  constructor(
    path: string | DatabaseHandle,
    options: DBOptions = {},
    logger: DBLogger = SILENT,
  ) {
    const driver = openDriver(path, options);
    super(driver);
    this.#host = driver;
    this.#options = options;
    this.#logger = logger;
    try {
      this.#prepareConnection();
      this.#backups = new Backups(driver, {
        auto: options.autoBackup,
        warn: (message) => logger.warn(message),
      });
    } catch (error) {
      driver.close();
      throw error;
    }
  }

  /**
   * Takes a database that somebody else opened; closing this one leaves it
   * open.
   *
   * @param handle A `DatabaseSync` of `node:sqlite`, whose authorizer this
   * library sets, or a `Database` of `@db/sqlite`.
   * @param options Pragmas, extensions, backups.
   * @returns The database.
   *
   * @example The host's own connection
   * ```ts
   * import { DatabaseSync } from "node:sqlite";
   * import { DB } from "@dockstat/plugin-handler/sqlite";
   * import { assertEquals } from "@std/assert";
   *
   * const handle = new DatabaseSync(":memory:");
   * handle.exec("CREATE TABLE t (id INTEGER PRIMARY KEY)");
   * const db = DB.from(handle);
   * assertEquals(db.table("t").insert({ id: 7 }).insertId, 7);
   * db.close();
   * handle.close();
   * ```
   */
  static from(handle: DatabaseHandle, options: DBOptions = {}): DB {
    return new DB(handle, options);
  }

  /**
   * A builder for a table, which is not looked up.
   *
   * @param name The table.
   * @param parser Which columns are converted; only these are.
   * @returns A new builder.
   */
  table<T = Row>(name: string, parser?: NoInfer<Parser<T>>): QueryBuilder<T> {
    return new QueryBuilder<T>(this.#host, name, parser as Parser<T>);
  }

  /**
   * Makes a table. One that exists is migrated when its definition differs,
   * and keeps its rows.
   *
   * @param name The table.
   * @param columns Definitions made with `column`, or SQL.
   * @param options Constraints, migration, parser.
   * @returns A builder that also converts what the column types say.
   * @throws {PluginError} `STORE_FAILED` when a definition is refused, or rows
   * do not fit it.
   */
  createTable<T = Row>(
    name: string,
    columns: ColumnMap,
    options: NoInfer<TableOptions<T>> = {},
  ): QueryBuilder<T> {
    const maker = {
      driver: this.#host,
      define: (sql: string) => this.#host.exec(sql),
      warn: (message: string) => this.#logger.warn(message),
    };
    makeTable(maker, name, {
      columns,
      options: options as TableOptions<never>,
    });
    return this.table<T>(
      name,
      detectParser<T>(columns, options.parser as Parser<T>, options),
    );
  }

  /**
   * Drops a table.
   *
   * @param name The table.
   * @param options Whether it may be missing.
   */
  dropTable(name: string, options: { ifExists?: boolean } = {}): void {
    const clause = options.ifExists ? "IF EXISTS " : "";
    this.run(`DROP TABLE ${clause}${quoteIdentifier(name)}`);
  }

  /**
   * The database as one plugin may use it.
   *
   * @param scope The plugin's name for messages, and its table.
   * @returns Builders that reach the table only.
   */
  confined(scope: TableScope): ConfinedDB {
    return new ConfinedDB(this.#host, scope, {
      warn: (message) => this.#logger.warn(message),
    });
  }

  /**
   * Writes a consistent copy of the database.
   *
   * @param path Where to; by default beside the database, or into the
   * directory for automatic backups.
   * @returns Where it was written.
   * @throws {PluginError} `STORE_FAILED` for a database in memory, or when the
   * file exists.
   *
   * @example A copy, and going back to it
   * ```ts
   * import { DB } from "@dockstat/plugin-handler/sqlite";
   * import { assertEquals } from "@std/assert";
   *
   * const directory = Deno.makeTempDirSync();
   * const db = new DB(`${directory}/app.db`);
   * db.run("CREATE TABLE t (n); INSERT INTO t VALUES (1)");
   * const copy = db.backup();
   * db.table("t").truncate();
   * db.restore(copy);
   * assertEquals(db.table("t").count(), 1);
   * db.close();
   * Deno.removeSync(directory, { recursive: true });
   * ```
   */
  backup(path?: string): string {
    return this.#backups.create(path);
  }

  /**
   * The automatic backups, newest first.
   *
   * @returns The files; none without automatic backups.
   */
  listBackups(): BackupFile[] {
    return this.#backups.list();
  }

  /**
   * Puts a backup back. Onto the database itself, it is opened again, and
   * builders made before go on working; elsewhere the file is only copied.
   *
   * @param from The backup.
   * @param to Where it goes.
   * @default this database's own file
   * The backup is copied, with what its log holds, and checked before anything
   * is replaced; what was there is kept until the new file has been opened.
   *
   * @throws {PluginError} `STORE_FAILED` when the backup is missing, damaged or
   * no database, or another connection has the database open; everything is as
   * it was then.
   */
  restore(from: string, to: string = this.getPath()): void {
    const ready = () => this.#prepareConnection();
    restoreBackup(this.#host, { from, to, ready });
  }

  /** Stops the automatic backups; a second call does nothing. */
  stopAutoBackup(): void {
    this.#backups.stop();
  }

  /**
   * Stops automatic backups and closes the database, unless the host opened
   * it; twice is harmless.
   */
  override close(): void {
    this.#backups.stop();
    super.close();
  }

  #prepareConnection(): void {
    for (const [name, value] of this.#options.pragmas ?? []) {
      this.pragma(name, value);
    }
    for (const path of this.#options.loadExtensions ?? []) {
      this.loadExtension(path);
    }
  }
}

function assertTimeout(value: number | undefined): void {
  if (value === undefined) return;
  if (Number.isSafeInteger(value) && value >= 0 && value <= MAX_TIMEOUT) return;
  throw storeError(
    `Cannot wait ${String(value)} ms for a lock: busyTimeoutMs must be a ` +
      `whole number from 0 to ${MAX_TIMEOUT}`,
  );
}

function openDriver(
  path: string | DatabaseHandle,
  options: DBOptions,
): HostDriver {
  assertTimeout(options.busyTimeoutMs);
  if (typeof path === "string") return NodeSqliteDriver.open(path, options);
  if (isDbSqliteDatabase(path)) return new DbSqliteDriver(path, options);
  const isNode = typeof path?.prepare === "function" &&
    "setAuthorizer" in path;
  if (isNode) return NodeSqliteDriver.wrap(path, options);
  throw storeError(
    "Cannot use the database: it is neither a path, nor a DatabaseSync of " +
      "node:sqlite, nor a Database of @db/sqlite",
  );
}
