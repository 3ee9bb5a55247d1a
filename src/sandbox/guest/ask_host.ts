/**
 * How the guest's side of a table asks the host.
 *
 * @module
 */
import type { WireOutcome, WireStatement } from "../wire/protocol.ts";

/** What a batch of statements came to. */
export interface StatementAnswer {
  /** The outcome of each. */
  readonly outcomes: readonly WireOutcome[];
  /** Whether what they wrote is kept. */
  readonly committed: boolean;
}

/** Sends statements to the host, and blocks for the answer. */
export type AskHost = (
  mode: "run" | "try" | "commit",
  statements: readonly WireStatement[],
  expected: readonly WireOutcome[],
) => StatementAnswer;
