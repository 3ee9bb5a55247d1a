/**
 * The `STORE_FAILED` errors of this folder, whose messages start with what could
 * not be done.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";

/** An error of the store. */
export function storeError(message: string, cause?: unknown): PluginError {
  return new PluginError(
    "STORE_FAILED",
    message,
    cause === undefined ? {} : { cause },
  );
}

/** The error of whoever uses a database that is closed. */
export function closedError(path: string): PluginError {
  return storeError(
    `Cannot use the database "${path}": it is closed; open it again`,
  );
}
