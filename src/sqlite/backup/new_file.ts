/**
 * Files that appear whole or not at all.
 *
 * @module
 */
import { folderOf } from "./file_path.ts";
import { causedError } from "../sqlite_error.ts";
import { storeError } from "../store_error.ts";

/**
 * Writes a file that must not exist yet.
 *
 * @throws {PluginError} `STORE_FAILED` when it exists or cannot be written.
 */
export function writeNewFile(path: string, bytes: Uint8Array): void {
  try {
    using file = Deno.openSync(path, { write: true, createNew: true });
    for (let at = 0; at < bytes.length;) {
      at += file.writeSync(bytes.subarray(at));
    }
    file.syncSync();
  } catch (error) {
    throw causedError("write", path, error);
  }
}

/**
 * Makes a file under another name and gives it its own when it is complete.
 *
 * @param path The file, which must not exist yet.
 * @throws {PluginError} `STORE_FAILED` when the file exists.
 */
export function makeFile(path: string, write: (path: string) => void): void {
  if (fileExists(path)) {
    throw storeError(`Cannot write "${path}": the file exists`);
  }
  makeFolder(folderOf(path));
  const partial = `${path}.${crypto.randomUUID()}.partial`;
  try {
    write(partial);
    Deno.renameSync(partial, path);
  } catch (error) {
    removeFile(partial);
    throw causedError("write", path, error);
  }
}

// Without permission to look, writing says what is missing.
function makeFolder(path: string): void {
  try {
    Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return;
    makeAll(path);
  }
}

function makeAll(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw causedError("make the folder", path, error);
  }
}

/** Whether there is something at a path. */
export function fileExists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw causedError("look at", path, error);
  }
}

/** Removes a file if it is there. */
export function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw causedError("remove", path, error);
    }
  }
}
