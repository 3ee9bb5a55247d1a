/**
 * What a command works with.
 *
 * @module
 */
import type { Output } from "./output.ts";

/** What every command is handed. */
export interface CliContext {
  /** Where it writes. */
  readonly output: Output;
  /** Aborted by Ctrl-C: the command undoes what is half done, and ends. */
  readonly signal: AbortSignal;
}
