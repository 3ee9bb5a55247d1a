/**
 * What a database can be told, and every default and limit of this folder.
 *
 * @module
 */

/** The defaults, and the limits that nobody sets. */
export const SQLITE_DEFAULTS = {
  /** How long a statement waits for another connection. */
  busyTimeoutMs: 5_000,
  /** How many prepared statements a connection keeps. */
  cachedStatements: 256,
  /** How many are kept for each plugin. */
  cachedConfinedStatements: 64,
  /** Time between two automatic backups. */
  backupIntervalMs: 3_600_000,
  /** How many automatic backups are kept. */
  maxBackups: 10,
  /** How the names of automatic backups start. */
  backupPrefix: "backup",
} as const;

/** What a database is told when it is opened. */
export interface DBOptions {
  /** Pragmas and their values, set in this order. */
  pragmas?: readonly (readonly [name: string, value: string | number])[];
  /**
   * How long a statement waits for the lock of another connection, in
   * milliseconds. The whole process waits meanwhile.
   *
   * @default 5000; of a handle of `node:sqlite` what the host set
   */
  busyTimeoutMs?: number;
  /**
   * Whether the file is opened for reading only, which needs `--allow-read`
   * alone.
   *
   * @default false; true for a file that cannot be written
   */
  readOnly?: boolean;
  /** Native extensions, loaded after the pragmas. Needs `--allow-ffi`. */
  loadExtensions?: readonly string[];
  /** How the database is backed up on a timer. */
  autoBackup?: AutoBackupOptions;
}

/** How a database is backed up on a timer. */
export interface AutoBackupOptions {
  /** Whether it is. @default false */
  enabled?: boolean;
  /** Where the copies go; it is made if it is not there. */
  directory: string;
  /** Milliseconds between two copies. @default 3600000 */
  intervalMs?: number;
  /** How many copies are kept. @default 10 */
  maxBackups?: number;
  /** How the names of the copies start. @default "backup" */
  filenamePrefix?: string;
  /** Accepted for compatibility; copies are not compressed. @default false */
  compress?: boolean;
}
