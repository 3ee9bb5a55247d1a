/**
 * The `STORE_FAILED` errors of this folder, whose messages start with what could
 * not be done.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";

/**
 * An error of the store.
 *
 * @param message What could not be done, and why.
 * @param cause What failed underneath, where there is something.
 * @returns The error, to be thrown.
 */
export function storeError(message: string, cause?: unknown): PluginError {
  return new PluginError(
    "STORE_FAILED",
    message,
    cause === undefined ? {} : { cause },
  );
}

/**
 * The error of whoever uses a database that is closed.
 *
 * @param path What it was opened with.
 * @returns The error, to be thrown.
 */
export function closedError(path: string): PluginError {
  return storeError(
    `Cannot use the database "${path}": it is closed; open it again`,
  );
}
