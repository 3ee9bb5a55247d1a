/**
 * What making and migrating tables needs of a database.
 *
 * @module
 */
import type { SqliteDriver } from "../driver/sqlite_driver.ts";

/** What making a table needs. */
export interface TableMaker {
  /** How the database is reached. */
  readonly driver: SqliteDriver;
  /** Runs a CREATE TABLE statement for a table of this name. */
  define(sql: string, table: string): void;
  /** Is told what a migration could not carry over. */
  warn(message: string): void;
}
