/**
 * How an operation on a plugin that an operator asked for ended.
 *
 * @module
 */
import { ConstraintError, messageOf, PluginError } from "../shared/errors.ts";

/** An operation that was done. */
export interface OperationSuccess {
  /** That it was done. */
  readonly success: true;
  /** What was done, in one sentence. */
  readonly message: string;
  /** The plugin's id. */
  readonly id: number;
  /** What is odd and did not stop it. */
  readonly warnings?: readonly string[];
  /** Nothing went wrong. */
  readonly error?: undefined;
  /** Nothing went wrong. */
  readonly cause?: undefined;
}

/** An operation that was not done. */
export interface OperationFailure {
  /** That it was not done. */
  readonly success: false;
  /** What was not done, and why, in one sentence. */
  readonly message: string;
  /** The plugin's id, where there is one. */
  readonly id?: number;
  /** What went wrong: the text of {@linkcode OperationFailure.cause}. */
  readonly error: string;
  /** The error itself, with its code. */
  readonly cause: PluginError;
  /** What is odd beside it. */
  readonly warnings?: readonly string[];
}

/**
 * The outcome of saving, installing, updating or deleting a plugin. Once
 * `success` was looked at, it is known whether there is an id or an error.
 */
export type OperationResult = OperationSuccess | OperationFailure;

/**
 * The result of an operation that failed.
 *
 * @param message What was not done.
 * @param id The plugin's id, where there is one.
 * @returns The result, its cause a {@linkcode PluginError}.
 */
export function failed(
  message: string,
  thrown: unknown,
  id?: number,
): OperationFailure {
  const cause = asPluginError(thrown, message);
  return {
    success: false,
    message: cause.message.startsWith(message)
      ? cause.message
      : `${message}: ${cause.message}`,
    error: cause.message,
    cause,
    ...(id === undefined ? {} : { id }),
  };
}

/**
 * Whatever was thrown as a {@linkcode PluginError}.
 *
 * @param thrown What was thrown; the handler throws nothing else, the database may.
 * @param act What was not done.
 * @returns The error itself, or one that has it as its cause.
 */
export function asPluginError(
  thrown: unknown,
  act = "Cannot use the database",
): PluginError {
  // The rows are the handler's own: a constraint of theirs is no input's fault.
  if (thrown instanceof PluginError && !(thrown instanceof ConstraintError)) {
    return thrown;
  }
  const message = `${act}: ${messageOf(thrown)}`;
  return new PluginError("STORE_FAILED", message, { cause: thrown });
}
