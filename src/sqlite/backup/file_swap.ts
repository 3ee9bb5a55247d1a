/**
 * Puts a checked copy of a database file in the place of another file, which is
 * kept until the copy has proved to work there.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../shared/errors.ts";
import { causedError } from "../sqlite_error.ts";
import { storeError } from "../store_error.ts";
import { fileExists, removeFile } from "./new_file.ts";

const HEADER = "SQLite format 3\0";
/** What SQLite keeps beside a database that was not closed. */
const LOGS = ["-wal", "-journal"] as const;

/** A copy that waits beside the file whose place it is to take. */
export class FileSwap implements Disposable {
  readonly #target: string;
  readonly #partial: string;
  readonly #previous: string;
  #hadTarget = false;

  private constructor(target: string) {
    const id = crypto.randomUUID();
    this.#target = target;
    this.#partial = `${target}.${id}.partial`;
    this.#previous = `${target}.${id}.previous`;
  }

  /**
   * Copies a database beside its target, and checks the copy.
   *
   * @throws {PluginError} `STORE_FAILED` when it is no database or damaged, or
   * when it changed meanwhile; nothing is left behind then.
   */
  static prepare(from: string, target: string): FileSwap {
    assertHeader(from);
    const swap = new FileSwap(target);
    try {
      copyWithLogs(from, swap.#partial);
      checkCopy(swap.#partial, from);
      return swap;
    } catch (error) {
      swap[Symbol.dispose]();
      throw error;
    }
  }

  /** Puts the copy in its place, in one step, and keeps what was there. */
  apply(): void {
    try {
      this.#hadTarget = keep(this.#target, this.#previous);
      Deno.renameSync(this.#partial, this.#target);
    } catch (error) {
      throw causedError("write", this.#target, error);
    }
  }

  /** Puts back what was there before. */
  revert(): void {
    try {
      for (const log of LOGS) removeFile(this.#target + log);
      if (this.#hadTarget) Deno.renameSync(this.#previous, this.#target);
      else removeFile(this.#target);
    } catch (error) {
      throw storeError(
        `Cannot put "${this.#target}" back: ${messageOf(error)}; ` +
          `it is kept as "${this.#previous}"`,
        error,
      );
    }
  }

  /** Removes what is not needed any more. */
  [Symbol.dispose](): void {
    for (const log of ["", ...LOGS, "-shm"]) removeFile(this.#partial + log);
    if (fileExists(this.#target)) removeFile(this.#previous);
  }
}

/**
 * Refuses a database file that cannot be read.
 *
 * @throws {PluginError} `STORE_FAILED`.
 */
export function assertReadable(path: string): void {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
  } catch (error) {
    throw causedError("open", path, error);
  }
}

function assertHeader(path: string): void {
  try {
    if (hasHeader(path)) return;
  } catch (error) {
    throw causedError("read", path, error);
  }
  throw storeError(`Cannot restore "${path}": it is not a SQLite database`);
}

function hasHeader(path: string): boolean {
  using file = Deno.openSync(path);
  const start = new Uint8Array(HEADER.length);
  const read = file.readSync(start);
  return read === start.length && new TextDecoder().decode(start) === HEADER;
}

// What a log holds is not in the file itself yet. A database that somebody
// writes to meanwhile would be copied half before and half after.
function copyWithLogs(from: string, to: string): void {
  const before = stampOf(from);
  try {
    for (const log of ["", ...LOGS]) {
      if (fileExists(from + log)) Deno.copyFileSync(from + log, to + log);
    }
  } catch (error) {
    throw causedError("write", to, error);
  }
  if (stampOf(from) === before) return;
  throw storeError(
    `Cannot restore "${from}": it changed while it was copied; ` +
      "close it first, or make a backup of it",
  );
}

function stampOf(path: string): string {
  return ["", ...LOGS].map((log) => {
    if (!fileExists(path + log)) return "";
    const { size, mtime } = Deno.statSync(path + log);
    return `${size} ${mtime?.getTime()}`;
  }).join();
}

// Opening it takes its log in; leaving write-ahead mode leaves one file.
function checkCopy(partial: string, from: string): void {
  const found = faultOf(partial);
  if (found !== "ok") {
    throw storeError(
      `Cannot restore "${from}": the copy is damaged: ${found}; ` +
        "take another backup",
    );
  }
  try {
    using file = Deno.openSync(partial, { read: true, write: true });
    file.syncSync();
  } catch (error) {
    throw causedError("write", partial, error);
  }
}

function faultOf(path: string): string {
  try {
    using database = new DatabaseSync(path);
    const row = database.prepare("PRAGMA quick_check(1)").get();
    database.exec("PRAGMA journal_mode = DELETE");
    return String(row?.quick_check);
  } catch (error) {
    return messageOf(error);
  }
}

/** A second name costs nothing; some file systems know none. */
function keep(path: string, name: string): boolean {
  if (!fileExists(path)) return false;
  try {
    Deno.linkSync(path, name);
  } catch {
    Deno.copyFileSync(path, name);
  }
  return true;
}
