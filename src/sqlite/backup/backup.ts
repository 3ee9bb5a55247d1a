/**
 * Copies of a database file: making them, on a timer too, and listing them.
 *
 * @module
 */
import { Timer } from "../../async/timer.ts";
import { messageOf } from "../../shared/errors.ts";
import type { HostDriver } from "../driver/host_driver.ts";
import { folderOf, stemOf, within } from "./file_path.ts";
import { copyBeside, fileOf, removeBeside } from "./beside.ts";
import { fileExists, makeFile, removeFile } from "./new_file.ts";
import { type AutoBackupOptions, SQLITE_DEFAULTS } from "../options.ts";
import { causedError } from "../sqlite_error.ts";
import { storeError } from "../store_error.ts";

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

/** Makes copies of one database. */
export class Backups {
  readonly #driver: HostDriver;
  readonly #options: Required<AutoBackupOptions> | undefined;
  readonly #warn: (message: string) => void;
  #timer: Timer | undefined;

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
   * Writes a copy, with what is beside the database.
   *
   * @param path Where to; a name is made up without one.
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
    const hasBeside = copyBeside(fileOf(this.#driver), target);
    try {
      makeFile(target, (partial) => this.#driver.copyTo(partial));
    } catch (error) {
      if (hasBeside) removeBeside(target);
      throw error;
    }
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
    this.#timer?.stop();
    this.#timer = undefined;
  }

  #start(options: Required<AutoBackupOptions>): void {
    this.#attempt();
    // A backup that is due some day is no reason to keep a process running.
    this.#timer = new Timer(options.intervalMs, () => this.#start(options))
      .unref();
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
      ? within(folderOf(path), `${stemOf(path)}_backup_${stamp}`)
      : within(
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
      removeBeside(path);
    }
  }
}

/** Whether a path stands for a database without a file. */
export function isMemory(path: string): boolean {
  return path === ":memory:" || path === "";
}

function withDefaults(auto: AutoBackupOptions): Required<AutoBackupOptions> {
  const options = {
    enabled: true,
    directory: auto.directory,
    intervalMs: auto.intervalMs ?? SQLITE_DEFAULTS.backupIntervalMs,
    maxBackups: auto.maxBackups ?? SQLITE_DEFAULTS.maxBackups,
    filenamePrefix: auto.filenamePrefix ?? SQLITE_DEFAULTS.backupPrefix,
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
    throw causedError("read", path, error);
  }
}

// Copies of one millisecond are told apart by the number at the end.
function byName(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function describeFile(directory: string, filename: string): BackupFile {
  const path = within(directory, filename);
  try {
    const { size, mtime } = Deno.statSync(path);
    return { filename, path, size, created: mtime ?? new Date(0) };
  } catch (error) {
    throw causedError("look at", path, error);
  }
}
