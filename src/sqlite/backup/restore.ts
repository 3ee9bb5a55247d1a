/**
 * Puts a copy of a database file back.
 *
 * @module
 */
import { isMemory } from "./backup.ts";
import type { HostDriver } from "../driver/host_driver.ts";
import { fileExists, removeFile } from "./new_file.ts";
import { causedError, storeError } from "../store_error.ts";

const HEADER = "SQLite format 3\0";

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

function assertDatabase(path: string): void {
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

function isSameFile(a: string, b: string): boolean {
  if (a === b) return true;
  if (isMemory(b) || !fileExists(a) || !fileExists(b)) return false;
  return realPath(a) === realPath(b);
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    throw causedError("look at", path, error);
  }
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
    throw causedError("write", to, error);
  }
}
