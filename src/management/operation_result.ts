/**
 * How an operation on a plugin that an operator asked for ended.
 *
 * @module
 */
import { messageOf, PluginError } from "../errors.ts";

/** The outcome of saving, installing, updating or deleting a plugin. */
export interface OperationResult {
  /** Whether it was done. */
  readonly success: boolean;
  /** What was done, or what was not, in one sentence. */
  readonly message: string;
  /** The plugin's id, where there is one. */
  readonly id?: number;
  /** What went wrong: the text of {@linkcode OperationResult.cause}. */
  readonly error?: string;
  /** The error itself, with its code. */
  readonly cause?: PluginError;
  /** What is odd and did not stop it. */
  readonly warnings?: readonly string[];
}

/**
 * The result of an operation that failed.
 *
 * @param message What was not done.
 * @param thrown Why.
 * @param id The plugin's id, where there is one.
 * @returns The result, its cause a {@linkcode PluginError}.
 */
export function failed(
  message: string,
  thrown: unknown,
  id?: number,
): OperationResult {
  const cause = asPluginError(thrown, message);
  return {
    success: false,
    message,
    error: cause.message,
    cause,
    ...(id === undefined ? {} : { id }),
  };
}

/**
 * Whatever was thrown as a {@linkcode PluginError}.
 *
 * @param thrown What was thrown; the rooms throw nothing else, the database may.
 * @param act What was not done.
 * @returns The error itself, or one that has it as its cause.
 */
export function asPluginError(
  thrown: unknown,
  act = "Cannot use the database",
): PluginError {
  if (thrown instanceof PluginError) return thrown;
  const message = `${act}: ${messageOf(thrown)}`;
  return new PluginError("STORE_FAILED", message, { cause: thrown });
}
