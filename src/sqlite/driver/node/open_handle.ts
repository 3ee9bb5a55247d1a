/**
 * Opens database files with `node:sqlite`.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../../shared/errors.ts";
import { folderOf } from "../../backup/file_path.ts";
import { fileExists } from "../../backup/new_file.ts";
import { type DBOptions, SQLITE_DEFAULTS } from "../../options.ts";
import type { NodeDatabase } from "./node_sqlite_types.ts";
import { isBusy } from "../../result_code.ts";
import { sqliteError } from "../../sqlite_error.ts";
import { storeError } from "../../store_error.ts";

const RETRY_MS = 5;
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/** How a file is opened. */
export type OpenOptions = Pick<DBOptions, "busyTimeoutMs" | "readOnly">;

/**
 * Opens a file, or a private database in memory.
 *
 * @throws {PluginError} `STORE_FAILED`.
 */
export function openHandle(path: string, options: OpenOptions): DatabaseSync {
  try {
    return options.readOnly
      ? openToRead(path, options)
      : openToWrite(path, options);
  } catch (error) {
    refuseMissingDirectory(path, error);
    throw sqliteError("open", path, error);
  }
}

function openToWrite(path: string, options: OpenOptions): DatabaseSync {
  const handle = connect(path, options);
  if (path === ":memory:") return handle;
  try {
    writeAhead(handle, options.busyTimeoutMs);
    return handle;
  } catch (error) {
    handle.close();
    if (!/readonly database/.test(messageOf(error))) throw error;
    return openToRead(path, options);
  }
}

// SQLite does not wait by itself here: where two connections switch a new file
// at the same time, one is told at once that it is locked.
// https://www.sqlite.org/c3ref/busy_handler.html
function writeAhead(
  handle: DatabaseSync,
  busyTimeoutMs: number = SQLITE_DEFAULTS.busyTimeoutMs,
): void {
  const deadline = performance.now() + busyTimeoutMs;
  while (true) {
    try {
      return handle.exec("PRAGMA journal_mode = WAL");
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
      Atomics.wait(NEVER, 0, 0, RETRY_MS);
    }
  }
}

function openToRead(path: string, options: OpenOptions): DatabaseSync {
  try {
    return checked(connect(path, { ...options, readOnly: true }));
  } catch (error) {
    if (path === ":memory:" || !fileExists(path) || hasLog(path)) throw error;
    return inMemory(path, options);
  }
}

// In a folder that cannot be written there is no place for the index of a log.
// Without a log there is nothing that the file itself does not hold.
function inMemory(path: string, options: OpenOptions): DatabaseSync {
  const bytes = Deno.readFileSync(path);
  // It was in write-ahead mode; a database in memory has none.
  bytes.fill(1, 18, 20);
  const handle = connect(":memory:", options);
  (handle as NodeDatabase).deserialize(bytes);
  handle.exec("PRAGMA query_only = ON");
  return checked(handle);
}

function hasLog(path: string): boolean {
  return fileExists(`${path}-wal`) || fileExists(`${path}-journal`);
}

// Opening does not read anything yet.
function checked(handle: DatabaseSync): DatabaseSync {
  try {
    handle.prepare("SELECT count(*) FROM sqlite_schema").get();
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

function connect(
  path: string,
  { busyTimeoutMs, readOnly = false }: OpenOptions,
): DatabaseSync {
  const timeout = busyTimeoutMs ?? SQLITE_DEFAULTS.busyTimeoutMs;
  const allowExtension = mayLoadExtensions();
  const handle = new DatabaseSync(path, { timeout, readOnly, allowExtension });
  // Deno takes 0 for its default.
  if (timeout === 0) handle.exec("PRAGMA busy_timeout = 0");
  return handle;
}

function refuseMissingDirectory(path: string, cause: unknown): void {
  const directory = folderOf(path);
  if (!/unable to open/.test(String(cause)) || fileExists(directory)) return;
  throw storeError(
    `Cannot open "${path}": ${messageOf(cause)}: the directory ` +
      `"${directory}" does not exist; make it first`,
    cause,
  );
}

function mayLoadExtensions(): boolean {
  return Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}
