/**
 * What becomes of an error that SQLite or Deno threw: `CONSTRAINT_FAILED` where a
 * row broke a constraint, else `STORE_FAILED`, with the status 503 where that is
 * the host's trouble.
 *
 * @module
 */
import {
  ConstraintError,
  messageOf,
  PluginError,
  type PluginErrorOptions,
} from "../shared/errors.ts";
import {
  columnsIn,
  constraintOf,
  passesIn,
  remedyFor,
  resultCodeOf,
} from "./result_code.ts";
import { storeError } from "./store_error.ts";

/**
 * Wraps what Deno or SQLite threw, keeping its text, which callers match on,
 * and which names a missing permission. What the host can mend, it is told.
 *
 * @returns The error, to be thrown; a store error passes through as it is.
 */
export function causedError(
  doing: string,
  what: string,
  cause: unknown,
): PluginError {
  if (cause instanceof PluginError) return cause;
  const message = `Cannot ${doing} "${what}": ${messageOf(cause)}`;
  const code = resultCodeOf(cause);
  if (code === undefined) return storeError(message, cause);
  const constraint = constraintOf(code);
  if (constraint !== undefined) {
    const columns = columnsIn(cause);
    return new ConstraintError(message, { constraint, columns, cause });
  }
  const remedy = remedyFor(code);
  return remedy === undefined
    ? storeError(message, cause)
    : hostError(`${message}; ${remedy}`, {
      cause,
      retryAfterMs: passesIn(code),
    });
}

// The trouble of the host is nobody else's failure, and may pass.
function hostError(message: string, options: PluginErrorOptions): PluginError {
  return new PluginError("STORE_FAILED", message, { ...options, status: 503 });
}

/**
 * Wraps what SQLite threw about a statement, of which a long one is cut off.
 *
 * @returns The error, to be thrown; a store error passes through as it is.
 */
export function sqliteError(
  doing: string,
  sql: string,
  cause: unknown,
): PluginError {
  return causedError(
    doing,
    sql.length > 300 ? `${sql.slice(0, 300)}…` : sql,
    cause,
  );
}
