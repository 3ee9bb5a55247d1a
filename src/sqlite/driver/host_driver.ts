/**
 * What the host's own database needs of a driver beyond what tables need.
 *
 * @module
 */
import type { SqliteDriver } from "./sqlite_driver.ts";

/** The one table that a plugin may reach. */
export interface TableScope {
  /** Who it is, for messages, such as `my-plugin@1.0.0`. */
  readonly plugin: string;
  /** The plugin's table. */
  readonly table: string;
}

/** Replaces the file of a closed connection. */
export interface Replacement {
  /** Puts the new file in its place. */
  apply(): void;
  /** Puts the old one back. */
  revert(): void;
}

/** A driver as the host holds it. */
export interface HostDriver extends SqliteDriver {
  /** Whether this library opened the connection, and so closes it. */
  readonly owned: boolean;
  /**
   * A driver on the same connection whose statements reach one table only.
   */
  confined(scope: TableScope): SqliteDriver;
  /** Runs a statement that may make one table, and do nothing else. */
  define(sql: string, options: { table: string; scope: TableScope }): void;
  /** Writes a consistent copy of the database. */
  copyTo(path: string): void;
  /**
   * Closes the connection, replaces the file, and opens it again. What fails
   * is undone: the connection is open on the old file then.
   *
   * @param ready Prepares the new connection; it may refuse it by throwing.
   */
  reopenAfter(swap: Replacement, ready: () => void): void;
  /** Loads a native extension. */
  loadExtension(path: string): void;
}
