/**
 * What SQLite itself limits in the statements of a store.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";

/** What `node:sqlite` has and its type declarations lack. */
type Limited = DatabaseSync & { readonly limits: Record<string, number> };

/** The limits by the names that `node:sqlite` gives them. */
const LIMITS: Readonly<Record<string, number>> = {
  length: 16 * 1024 * 1024,
  sqlLength: 1024 * 1024,
  compoundSelect: 20,
  exprDepth: 200,
  likePatternLength: 1_000,
  attach: 0,
  // Rows that refer to rows of their own table are deleted by triggers.
  triggerDepth: 200,
};

/** Sets the limits. */
export function limitStatements(handle: DatabaseSync): void {
  Object.assign((handle as Limited).limits, LIMITS);
}
