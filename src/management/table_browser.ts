/**
 * Shows operators the tables of plugins: which there are, and their rows, which
 * nobody changes here.
 *
 * @module
 */
import type { PluginTables } from "../lifecycle/mod.ts";
import { PluginError } from "../shared/errors.ts";
import type { DB, SqliteValue } from "../sqlite/mod.ts";
import type { TableOwners } from "../store/mod.ts";

/** A table of a plugin, as operators see it. */
export interface ListedTable {
  /** The table's name. */
  readonly table: string;
  /** The id of the plugin; one that is gone where it is an orphan. */
  readonly pluginId: number;
  /** The plugin's name. */
  readonly plugin: string;
  /** Whether its plugin was deleted and left it behind. */
  readonly orphan: boolean;
  /** Whether it is in a file of its own, as isolated plugins' tables are. */
  readonly ownFile: boolean;
  /** How many rows it has; absent where it was not made yet or cannot be read. */
  readonly rows?: number;
}

/** A value as JSON can hold it: bytes as base64, great integers as strings. */
export type ShownValue = string | number | null;

/** Some rows of a table. */
export interface TableRows {
  /** The names of its columns. */
  readonly columns: readonly string[];
  /** The rows, each a list of values in the columns' order. */
  readonly rows: readonly (readonly ShownValue[])[];
  /** What to pass as `offset` for those that follow; absent after the last. */
  readonly next?: number;
}

/** Which rows. */
export interface TableRowsQuery {
  /**
   * How many are left out at the start.
   *
   * @default 0
   */
  readonly offset?: number;
  /**
   * How many at most.
   *
   * @default 100
   */
  readonly limit?: number;
}

/** What tables are shown with. */
export interface TableBrowserParts {
  /** Whose tables there are. */
  readonly owners: TableOwners;
  /** Where they are. */
  readonly tables: Pick<PluginTables, "databaseOf">;
}

/** The most rows of one answer. */
const MAX_ROWS = 10_000;

/** Shows tables. */
export class TableBrowser {
  readonly #parts: TableBrowserParts;

  /**
   * @param parts What they are shown with.
   */
  constructor(parts: TableBrowserParts) {
    this.#parts = parts;
  }

  /** All tables of plugins, by name. */
  list(): ListedTable[] {
    return this.#parts.owners.list().map((owned) => {
      const rows = this.#count(owned.table);
      return rows === undefined ? owned : { ...owned, rows };
    });
  }

  /**
   * Some rows of a table.
   *
   * @throws {PluginError} `INVALID_REQUEST` where no plugin has such a table;
   * `STORE_FAILED` where it cannot be read.
   */
  rows(table: string, { offset = 0, limit = 100 }: TableRowsQuery): TableRows {
    const owned = this.#parts.owners.list().find((one) => one.table === table);
    if (owned === undefined) {
      throw new PluginError(
        "INVALID_REQUEST",
        `Cannot read table "${table}": no plugin has it; list the tables`,
        { status: 404 },
      );
    }
    const size = Math.max(1, Math.min(Math.floor(limit), MAX_ROWS));
    const from = Math.max(0, Math.floor(offset));
    const db = this.#parts.tables.databaseOf(table);
    const columns = columnsOf(db, table);
    const found = columns.length === 0 ? [] : db.driver.all(
      `SELECT * FROM ${quoted(table)} LIMIT ? OFFSET ?`,
      [size + 1, from],
    );
    const rows = found.slice(0, size)
      .map((row) => columns.map((column) => shown(row[column])));
    return found.length > size
      ? { columns, rows, next: from + size }
      : { columns, rows };
  }

  #count(table: string): number | undefined {
    try {
      const db = this.#parts.tables.databaseOf(table);
      if (columnsOf(db, table).length === 0) return undefined;
      const sql = `SELECT count(*) AS n FROM ${quoted(table)}`;
      return Number(db.driver.get(sql)!.n);
    } catch {
      // A file that this process may not open is no reason to list nothing.
      return undefined;
    }
  }
}

/** A view of the same name would be computed, by what its plugin wrote. */
function columnsOf({ driver }: DB, table: string): string[] {
  const isTable = driver.get(
    `SELECT 1 FROM sqlite_master
      WHERE type = 'table' AND name = ? COLLATE NOCASE`,
    [table],
  );
  if (isTable === undefined) return [];
  return driver.all(`SELECT name FROM pragma_table_info(?)`, [table])
    .map(({ name }) => String(name));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function shown(value: SqliteValue | undefined): ShownValue {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return value.toBase64();
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") {
    return Number.isFinite(value) ? value : String(value);
  }
  return String(value);
}
