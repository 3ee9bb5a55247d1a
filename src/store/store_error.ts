/**
 * The one way in which this room reports a failure: a `STORE_FAILED` error
 * whose message starts with what could not be done.
 *
 * @module
 */
import { messageOf, PluginError } from "../errors.ts";

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
 * Wraps what Deno threw about a file, keeping its text, which names the missing
 * permission.
 *
 * @param doing What was attempted, such as `write`.
 * @param path The file.
 * @param cause What was thrown.
 * @returns The error, to be thrown; a store error passes through as it is.
 */
export function fileError(
  doing: string,
  path: string,
  cause: unknown,
): PluginError {
  if (cause instanceof PluginError) return cause;
  return storeError(`Cannot ${doing} "${path}": ${messageOf(cause)}`, cause);
}

/**
 * Wraps what SQLite threw, keeping its text, which callers match on.
 *
 * @param doing What was attempted, such as `run`.
 * @param sql The statement.
 * @param cause What was thrown.
 * @returns The error, to be thrown; a store error passes through as it is.
 */
export function sqliteError(
  doing: string,
  sql: string,
  cause: unknown,
): PluginError {
  return fileError(
    doing,
    sql.length > 300 ? `${sql.slice(0, 300)}…` : sql,
    cause,
  );
}
