/**
 * The databases beside a database: `<database>.plugins` holds one in each of its
 * folders. They are copied and put back together with it.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { causedError } from "../sqlite_error.ts";
import { storeError } from "../store_error.ts";
import type { HostDriver, Replacement } from "../driver/host_driver.ts";
import { fileExists } from "./new_file.ts";

/** The name of each of them, in a folder of its own. */
const FILE = "table.db";

/** The file of an open database, as SQLite finds it: links are followed. */
export function fileOf(driver: HostDriver): string {
  const row = driver.get(
    "SELECT file FROM pragma_database_list WHERE name = 'main'",
  );
  return String(row?.file ?? driver.path);
}

/**
 * Copies what is beside a database. Nobody who reads or writes there is kept
 * waiting, and nothing that the databases define is computed: files are copied
 * while a view of them is held.
 */
export function copyBeside(database: string, to: string): boolean {
  const numbers = numbersIn(folderBeside(database));
  if (numbers.length === 0) return false;
  const target = folderBeside(to);
  if (fileExists(target)) {
    throw storeError(`Cannot write "${target}": the folder exists`);
  }
  const partial = `${target}.${crypto.randomUUID()}.partial`;
  try {
    for (const number of numbers) copyOne(database, partial, number);
    Deno.renameSync(partial, target);
  } catch (error) {
    removeFolder(partial);
    throw causedError("write", target, error);
  }
  return true;
}

/** Removes what is beside a database. */
export function removeBeside(database: string): void {
  removeFolder(folderBeside(database));
}

/** Puts what is beside a copy in the place of what is beside a database. */
export class BesideSwap implements Replacement, Disposable {
  readonly #target: string;
  readonly #new: string;
  readonly #old: string;
  #hasNew = false;
  #hasOld = false;

  private constructor(database: string) {
    this.#target = folderBeside(database);
    const start = `${this.#target}.${crypto.randomUUID()}`;
    this.#new = `${start}.partial`;
    this.#old = `${start}.old`;
  }

  /**
   * Copies it.
   *
   * @throws {PluginError} `STORE_FAILED` where somebody uses what is there.
   */
  static prepare(from: string, to: string): BesideSwap {
    const swap = new BesideSwap(to);
    for (const number of numbersIn(swap.#target)) {
      refuseUsed(`${swap.#target}/${number}/${FILE}`);
    }
    try {
      for (const number of numbersIn(folderBeside(from))) {
        copyOne(from, swap.#new, number);
        swap.#hasNew = true;
      }
    } catch (error) {
      removeFolder(swap.#new);
      throw causedError("write", swap.#target, error);
    }
    return swap;
  }

  apply(): void {
    this.#hasOld = rename(this.#target, this.#old);
    if (this.#hasNew) rename(this.#new, this.#target);
  }

  revert(): void {
    removeFolder(this.#target);
    if (this.#hasOld) rename(this.#old, this.#target);
    this.#hasOld = false;
  }

  /**
   * What was there is of no use any more. Where the copy has nothing beside it,
   * it may have been made by hand, and what was there is kept under a name of its
   * own.
   */
  done(): void {
    if (this.#hasOld && this.#hasNew) removeFolder(this.#old);
  }

  /** Removes what was not put in its place. */
  [Symbol.dispose](): void {
    removeFolder(this.#new);
  }
}

function folderBeside(database: string): string {
  return `${database}.plugins`;
}

/** What a host may not see, it has not made. */
function numbersIn(folder: string): string[] {
  const permission = { name: "read", path: folder } as const;
  if (Deno.permissions.querySync(permission).state !== "granted") return [];
  try {
    return [...Deno.readDirSync(folder)]
      .filter(({ name }) =>
        /^\d+$/.test(name) && fileExists(`${folder}/${name}/${FILE}`)
      )
      .map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw causedError("look into", folder, error);
  }
}

function copyOne(database: string, into: string, number: string): void {
  const path = `${folderBeside(database)}/${number}/${FILE}`;
  const target = `${into}/${number}`;
  Deno.mkdirSync(target, { recursive: true, mode: 0o700 });
  const handle = new DatabaseSync(path);
  try {
    // While it is read, its log is neither started anew nor written back any
    // further, so that the file and then the log hold one state.
    handle.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    Deno.copyFileSync(path, `${target}/${FILE}`);
    if (fileExists(`${path}-wal`)) {
      Deno.copyFileSync(`${path}-wal`, `${target}/${FILE}-wal`);
    }
  } finally {
    handle.close();
  }
}

/** As with the database itself: nobody else may have it open. */
function refuseUsed(path: string): void {
  const handle = new DatabaseSync(path);
  try {
    handle.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; COMMIT");
    handle.exec("PRAGMA journal_mode = WAL");
  } catch (error) {
    throw storeError(
      `Cannot restore over "${path}": another connection has it open; unload its plugin`,
      error,
    );
  } finally {
    handle.close();
  }
}

function rename(from: string, to: string): boolean {
  if (!fileExistsWhereSeen(from)) return false;
  Deno.renameSync(from, to);
  return true;
}

function fileExistsWhereSeen(path: string): boolean {
  const permission = { name: "read", path } as const;
  return Deno.permissions.querySync(permission).state === "granted" &&
    fileExists(path);
}

function removeFolder(path: string): void {
  if (!fileExistsWhereSeen(path)) return;
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    throw causedError("remove", path, error);
  }
}
