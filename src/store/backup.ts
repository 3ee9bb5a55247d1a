/**
 * Copies of a database file: making them, on a timer too, listing them, and
 * putting one back.
 *
 * @module
 */
import { basename, dirname, extname, join } from "node:path";
import { messageOf } from "../errors.ts";
import type { HostDriver } from "./host_driver.ts";
import { fileExists, makeFile, removeFile } from "./new_file.ts";
import { fileError, storeError } from "./store_error.ts";

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

/** A copy that was made before. */
export interface BackupFile {
  /** The file's name. */
  readonly filename: string;
  /** The file's path. */
  readonly path: string;
  /** Its size in bytes. */
  readonly size: number;
  /** When it was made. */
  readonly created: Date;
}

const STAMP = String.raw`\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(?:_\d+)?`;
const HEADER = "SQLite format 3\0";

/** Makes copies of one database. */
export class Backups {
  readonly #driver: HostDriver;
  readonly #options: Required<AutoBackupOptions> | undefined;
  readonly #warn: (message: string) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param driver The database.
   * @param options How it is backed up on a timer, and who hears of failures.
   */
  constructor(
    driver: HostDriver,
    { auto, warn }: {
      readonly auto: AutoBackupOptions | undefined;
      readonly warn: (message: string) => void;
    },
  ) {
    this.#driver = driver;
    this.#warn = warn;
    if (auto?.enabled && !isMemory(driver.path)) {
      this.#options = withDefaults(auto);
      this.#start(this.#options);
    }
  }

  /**
   * Writes a copy.
   *
   * @param path Where to; a name is made up without one.
   * @returns Where it was written.
   */
  create(path?: string): string {
    if (isMemory(this.#driver.path)) {
      throw storeError("Cannot backup an in-memory database");
    }
    if (this.#driver.inTransaction) {
      throw storeError(
        `Cannot backup "${this.#driver.path}": a transaction is open`,
      );
    }
    const target = path ?? this.#freePath();
    makeFile(target, (partial) => this.#driver.copyTo(partial));
    if (this.#options !== undefined) this.#removeOldest(this.#options);
    return target;
  }

  /**
   * The copies in the directory, newest first.
   *
   * @returns The files; none when no directory is configured.
   */
  list(): BackupFile[] {
    return this.#options === undefined ? [] : listFiles(this.#options);
  }

  /** Stops the timer; a second call does nothing. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(options: Required<AutoBackupOptions>): void {
    this.#attempt();
    // A backup that is due some day is no reason to keep a process running.
    this.#timer = setInterval(() => this.#attempt(), options.intervalMs);
    this.#timer.unref();
  }

  #attempt(): void {
    try {
      Deno.mkdirSync(this.#options!.directory, { recursive: true });
      this.create();
    } catch (error) {
      this.#warn(`Cannot backup "${this.#driver.path}": ${messageOf(error)}`);
    }
  }

  #freePath(): string {
    const { path } = this.#driver;
    const stamp = new Date().toISOString().replace(/[:.]/g, "-");
    const start = this.#options === undefined
      ? join(dirname(path), `${basename(path, extname(path))}_backup_${stamp}`)
      : join(
        this.#options.directory,
        `${this.#options.filenamePrefix}_${stamp}`,
      );
    let candidate = `${start}.db`;
    for (let i = 1; fileExists(candidate); i++) candidate = `${start}_${i}.db`;
    return candidate;
  }

  #removeOldest(options: Required<AutoBackupOptions>): void {
    for (const { path } of listFiles(options).slice(options.maxBackups)) {
      removeFile(path);
    }
  }
}

/**
 * Puts a copy in the place of a database.
 *
 * @param driver The database.
 * @param from The copy.
 * @param to Where it goes; the database's own file makes it open the copy.
 * @returns Whether the database was opened again.
 */
export function restoreBackup(
  driver: HostDriver,
  from: string,
  to: string,
): boolean {
  if (!fileExists(from)) throw storeError(`Backup file not found: ${from}`);
  if (isMemory(to)) {
    throw storeError("Cannot restore to an in-memory database path");
  }
  assertDatabase(from);
  if (!isSameFile(to, driver.path)) {
    refuseLog(to);
    replaceFile(from, to);
    return false;
  }
  leaveSharedMode(driver);
  driver.reopenAfter(() => replaceFile(from, to));
  return true;
}

/** Whether a path stands for a database without a file. */
function isMemory(path: string): boolean {
  return path === ":memory:" || path === "";
}

function withDefaults(auto: AutoBackupOptions): Required<AutoBackupOptions> {
  const options = {
    enabled: true,
    directory: auto.directory,
    intervalMs: auto.intervalMs ?? 3_600_000,
    maxBackups: auto.maxBackups ?? 10,
    filenamePrefix: auto.filenamePrefix ?? "backup",
    compress: auto.compress ?? false,
  };
  if (!Number.isSafeInteger(options.maxBackups) || options.maxBackups < 1) {
    throw storeError(
      `Cannot keep ${options.maxBackups} backups: maxBackups must be at least 1`,
    );
  }
  return options;
}

function listFiles(
  { directory, filenamePrefix }: Required<AutoBackupOptions>,
): BackupFile[] {
  if (!fileExists(directory)) return [];
  const pattern = new RegExp(
    `^${RegExp.escape(filenamePrefix)}_${STAMP}\\.db$`,
  );
  return readDirectory(directory)
    .filter(({ name, isFile }) => isFile && pattern.test(name))
    .map(({ name }) => describeFile(directory, name))
    .sort((a, b) =>
      b.created.getTime() - a.created.getTime() ||
      byName(b.filename, a.filename)
    );
}

function readDirectory(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch (error) {
    throw fileError("read", path, error);
  }
}

// Copies of one millisecond are told apart by the number at the end.
function byName(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function describeFile(directory: string, filename: string): BackupFile {
  const path = join(directory, filename);
  try {
    const { size, mtime } = Deno.statSync(path);
    return { filename, path, size, created: mtime ?? new Date(0) };
  } catch (error) {
    throw fileError("look at", path, error);
  }
}

function assertDatabase(path: string): void {
  try {
    if (hasHeader(path)) return;
  } catch (error) {
    throw fileError("read", path, error);
  }
  throw storeError(`Cannot restore "${path}": it is not a SQLite database`);
}

function hasHeader(path: string): boolean {
  using file = Deno.openSync(path);
  const start = new Uint8Array(HEADER.length);
  const read = file.readSync(start);
  return read === start.length && new TextDecoder().decode(start) === HEADER;
}

function isSameFile(a: string, b: string): boolean {
  if (a === b) return true;
  if (isMemory(b) || !fileExists(a) || !fileExists(b)) return false;
  return Deno.realPathSync(a) === Deno.realPathSync(b);
}

// A log of this or another connection would be replayed over the new file.
// SQLite leaves write-ahead logging only when nobody else has the file open.
function leaveSharedMode(driver: HostDriver): void {
  if (driver.inTransaction) {
    throw storeError(`Cannot restore "${driver.path}": a transaction is open`);
  }
  const timeout = driver.get("PRAGMA busy_timeout")?.timeout ?? 0;
  driver.exec("PRAGMA busy_timeout = 0");
  try {
    driver.exec("PRAGMA journal_mode = DELETE");
    driver.exec("BEGIN EXCLUSIVE; COMMIT");
  } catch (error) {
    throw storeError(
      `Cannot restore "${driver.path}": another connection has it open`,
      error,
    );
  } finally {
    driver.exec(`PRAGMA busy_timeout = ${Number(timeout)}`);
  }
}

// It would be replayed over the copy, and may hold what nobody else has.
function refuseLog(path: string): void {
  for (const log of [`${path}-wal`, `${path}-journal`]) {
    if (!fileExists(log)) continue;
    throw storeError(
      `Cannot restore "${path}": "${log}" belongs to it; close it first, ` +
        "or open and close it where its process was killed",
    );
  }
}

function replaceFile(from: string, to: string): void {
  const partial = `${to}.${crypto.randomUUID()}.partial`;
  try {
    Deno.copyFileSync(from, partial);
    Deno.renameSync(partial, to);
  } catch (error) {
    removeFile(partial);
    throw fileError("write", to, error);
  }
}
