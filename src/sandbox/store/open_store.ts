/**
 * Opens the database file of one table, with everything that limits what its
 * statements can cost, and brings the table up to date.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { ConfinedDB } from "../../sqlite/confined_db.ts";
import { NodeSqliteDriver } from "../../sqlite/driver/node/node_sqlite_driver.ts";
import { evolveTable } from "../../sqlite/schema/evolve_table.ts";
import {
  KEPT_COLUMNS_TABLE,
  KeptColumns,
} from "../../sqlite/schema/kept_columns.ts";
import type { TableFile } from "../../execution/isolated_plugins.ts";
import type { OpenStoreMessage } from "../wire/store_protocol.ts";
import { limitStatements } from "./statement_limits.ts";

/** What an opened store works with. */
export interface OpenedStore {
  /** The whole database. */
  readonly driver: NodeSqliteDriver;
  /** What bringing the table up to date could not carry over. */
  readonly warnings: readonly string[];
  /** How large the file may become. */
  readonly quota: TableQuota;
}

/** How large a table's file may become, in pages. */
export interface TableQuota {
  /** The bytes that were asked for. */
  readonly bytes: number;
  /** The pages that hold them. */
  readonly pages: number;
}

const BUSY_TIMEOUT_MS = 5_000;
/** A log that grew is cut to this once it is written back. */
const LOG_BYTES = 4 * 1024 * 1024;
/** What SQLite may allocate altogether. */
const HEAP_BYTES = 64 * 1024 * 1024;
/** While a table is built anew there are two of it. */
const MIGRATING = 3;

/**
 * Opens a store.
 *
 * @param prepared Its file, where that is open already.
 * @returns The database, with its table up to date.
 * @throws {PluginError} `STORE_FAILED` where the table cannot be brought to
 * what is declared; it is as it was then.
 */
export function openStore(
  message: OpenStoreMessage,
  prepared?: DatabaseSync,
): OpenedStore {
  const { file, tables, kept, limits, plugin, staysOpen } = message;
  const handle = prepared ?? openFile(file);
  const driver = new NodeSqliteDriver(handle, { path: file.path, owned: true });
  const quota = quotaOf(driver, limits.maxTableBytes);
  limitPages(driver, quota.pages * MIGRATING);
  const warnings: string[] = [];
  const warn = (warning: string) => void warnings.push(warning);
  const keptColumns = new KeptColumns(driver);
  if (staysOpen) driver.exec("BEGIN IMMEDIATE");
  driver.transaction(() => {
    for (const table of tables) {
      const { name } = table;
      const scope = { plugin, table: name };
      const confined = new ConfinedDB(driver, scope, { warn });
      evolveTable({ driver, confined, kept: keptColumns }, table);
      if (kept !== undefined) keptColumns.forget(name, new Set(kept));
    }
  });
  if (!staysOpen) driver.exec("PRAGMA incremental_vacuum");
  limitPages(driver, quota.pages);
  return { driver, warnings, quota };
}

/**
 * Opens a database file, and makes it and its folder where they are missing.
 *
 * @returns The database, with the table that keeps dropped columns.
 */
export function openFile(file: TableFile): DatabaseSync {
  makeFolder(file.folder);
  const handle = new DatabaseSync(file.path, { timeout: BUSY_TIMEOUT_MS });
  limitStatements(handle);
  handle.exec(`
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    PRAGMA journal_size_limit = ${LOG_BYTES};
    PRAGMA temp_store = MEMORY;
    PRAGMA hard_heap_limit = ${HEAP_BYTES};
    PRAGMA synchronous = ${file.temporary ? "OFF" : "FULL"};
  `);
  handle.exec(KEPT_COLUMNS_TABLE);
  return handle;
}

function makeFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // The host has made it, and keeps the right to.
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
}

function quotaOf(driver: NodeSqliteDriver, bytes: number): TableQuota {
  const size = Number(driver.get("PRAGMA page_size")?.page_size);
  return { bytes, pages: Math.max(1, Math.ceil(bytes / size)) };
}

function limitPages(driver: NodeSqliteDriver, pages: number): void {
  // SQLite counts pages with 32 bits.
  driver.get(`PRAGMA max_page_count = ${Math.min(pages, 0xfffffffe)}`);
}
