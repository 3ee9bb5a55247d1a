/**
 * The database as a plugin may use it: one table of it.
 *
 * @module
 */
import type { ColumnMap } from "./schema/column_compiler.ts";
import type { PluginError } from "../shared/errors.ts";
import { confinementError } from "./driver/confinement.ts";
import { findDefinitionEscape } from "./schema/definition_guard.ts";
import type { HostDriver, TableScope } from "./driver/host_driver.ts";
import { detectParser } from "./schema/parser_detection.ts";
import { QueryBuilder } from "./query/query_builder.ts";
import type { SqliteDriver } from "./driver/sqlite_driver.ts";
import { storeError } from "./store_error.ts";
import { makeTable } from "./schema/table_creation.ts";
import type { TableOptions } from "./schema/table_options.ts";
import type { Parser, Row } from "./schema/table_types.ts";

/**
 * Makes one table, and builders for it that reach no other. On `node:sqlite`
 * every statement is checked by SQLite's authorizer; on `@db/sqlite`, which
 * offers none, its text is checked before it is prepared.
 *
 * @example A table for a plugin
 * ```ts
 * import { column, DB } from "@dockstat/plugin-handler/sqlite";
 * import { assertThrows } from "@std/assert";
 *
 * using db = new DB(":memory:");
 * db.run("CREATE TABLE users (id INTEGER PRIMARY KEY)");
 * const scope = { plugin: "notes@1.0.0", table: "notes" };
 * const notes = db.confined(scope).createTable({ id: column.id() });
 * notes.insert({ id: 1 });
 * assertThrows(
 *   () => notes.whereRaw("id IN (SELECT id FROM users)").all(),
 *   Error,
 *   "notes@1.0.0",
 * );
 * ```
 */
export class ConfinedDB {
  readonly #host: HostDriver;
  readonly #driver: SqliteDriver;
  readonly #scope: TableScope;
  readonly #warn: (message: string) => void;

  /**
   * Confines a connection to a table.
   *
   * @param host The host's driver.
   * @param scope The plugin and its table.
   * @param options Who hears of what a migration could not carry over.
   */
  constructor(
    host: HostDriver,
    scope: TableScope,
    options: { readonly warn: (message: string) => void },
  ) {
    this.#host = host;
    this.#scope = scope;
    this.#driver = host.confined(scope);
    this.#warn = options.warn;
  }

  /** A driver whose statements reach the table only. */
  get driver(): SqliteDriver {
    return this.#driver;
  }

  /**
   * A builder for the table.
   *
   * @param name The table's name.
   * @param parser Which columns are converted.
   * @returns A new builder.
   * @throws {PluginError} `STORE_FAILED` for any other table.
   */
  table<T = Row>(name: string, parser?: NoInfer<Parser<T>>): QueryBuilder<T> {
    if (name.toLowerCase() !== this.#scope.table.toLowerCase()) {
      throw this.#error(`reaches "${name}"`);
    }
    return new QueryBuilder<T>(this.#driver, name, parser as Parser<T>);
  }

  /**
   * Makes the table, or brings it to a changed definition. The definition may
   * come from anyone: it can refer to the table itself only, and call no
   * function that leaves the database.
   *
   * @param columns The columns.
   * @param options What else it is told.
   * @returns A new builder for the table.
   */
  createTable<T = Row>(
    columns: ColumnMap,
    options: NoInfer<TableOptions<T>> = {},
  ): QueryBuilder<T> {
    const { table } = this.#scope;
    if (options.temporary) {
      throw storeError(
        `Cannot make the table of plugin "${this.#scope.plugin}": ` +
          "it must not be temporary",
      );
    }
    const maker = {
      driver: this.#host,
      define: (sql: string, name: string) => this.#define(sql, name),
      warn: this.#warn,
    };
    makeTable(maker, table, {
      columns,
      options: options as TableOptions<never>,
    });
    return this.table<T>(
      table,
      detectParser<T>(columns, options.parser as Parser<T>, options),
    );
  }

  // The text that SQLite gets is what counts: a definition may be an object
  // that gives another answer each time.
  #define(sql: string, table: string): void {
    const found = findDefinitionEscape(sql, this.#scope.table);
    if (found !== undefined) throw this.#error(found);
    const define = () => this.#host.define(sql, { table, scope: this.#scope });
    if (!/\bDEFAULT\b/i.test(sql)) return define();
    this.#host.transaction(() => {
      define();
      this.#checkDefaults(table);
    });
  }

  // SQLite does not ask about the functions of a default, not even when it
  // calls them.
  #checkDefaults(table: string): void {
    const calls = this.#host
      .all("SELECT dflt_value AS text FROM pragma_table_xinfo(?)", [table])
      .filter(({ text }) => String(text).includes("("));
    if (calls.length === 0) return;
    const list = calls.map(({ text }) => text).join(", ");
    this.#host.confined(this.#scope).prepare(`SELECT ${list}`);
  }

  #error(what: string): PluginError {
    return confinementError(this.#scope, what);
  }
}
