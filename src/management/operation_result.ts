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
  const cause = thrown instanceof PluginError
    ? thrown
    : new PluginError("STORE_FAILED", `${message}: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  return {
    success: false,
    message,
    error: cause.message,
    cause,
    ...(id === undefined ? {} : { id }),
  };
}
