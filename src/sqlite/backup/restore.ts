/**
 * Puts a copy of a database file back.
 *
 * @module
 */
import { isMemory } from "./backup.ts";
import type { HostDriver, Replacement } from "../driver/host_driver.ts";
import { BesideSwap, fileOf } from "./beside.ts";
import { assertReadable, FileSwap } from "./file_swap.ts";
import { fileExists } from "./new_file.ts";
import { causedError } from "../sqlite_error.ts";
import { storeError } from "../store_error.ts";

/**
 * Puts a copy in the place of a database. What was there is kept until the new
 * one has proved to work.
 *
 * @param ready Prepares the connection that was opened again; throwing puts the
 * old file back.
 */
export function restoreBackup(
  driver: HostDriver,
  { from, to, ready }: {
    readonly from: string;
    readonly to: string;
    readonly ready: () => void;
  },
): boolean {
  if (!fileExists(from)) throw storeError(`Backup file not found: ${from}`);
  if (isMemory(to)) {
    throw storeError("Cannot restore to an in-memory database path");
  }
  if (isSameFile(from, to)) {
    throw storeError(`Cannot restore "${to}": it is the backup itself`);
  }
  const isOwn = isSameFile(to, driver.path);
  if (!isOwn) refuseLog(to);
  using file = FileSwap.prepare(from, to);
  using beside = BesideSwap.prepare(
    from,
    isOwn ? fileOf(driver) : to,
  );
  const swap = bothOf(beside, file);
  if (isOwn) {
    leaveSharedMode(driver);
    driver.reopenAfter(swap, ready);
  } else replace(swap, to);
  beside.done();
  return isOwn;
}

/** The database last: where it is, everything is. */
function bothOf(beside: Replacement, file: Replacement): Replacement {
  return {
    apply() {
      beside.apply();
      try {
        file.apply();
      } catch (error) {
        beside.revert();
        throw error;
      }
    },
    revert() {
      beside.revert();
      file.revert();
    },
  };
}

function replace(swap: Replacement, path: string): void {
  swap.apply();
  try {
    assertReadable(path);
  } catch (error) {
    swap.revert();
    throw error;
  }
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
