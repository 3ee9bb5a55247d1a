/**
 * Text that was put into a line of a module, and what it does to the columns
 * that stack traces name.
 *
 * @module
 */

/** Text that was put in. */
export interface ColumnShift {
  /** The line, from 0. */
  readonly line: number;
  /** The column in front of which it was put, as it was, from 0. */
  readonly column: number;
  /** How many columns it takes. */
  readonly length: number;
}

/**
 * Where a place was before text was put in.
 *
 * @param line The line, from 1.
 * @param column The column, from 1.
 * @param shifts What was put in, in the order of its places.
 * @returns The column, from 1.
 */
export function columnBefore(
  line: number,
  column: number,
  shifts: readonly ColumnShift[],
): number {
  let moved = column - 1;
  for (const shift of shifts) {
    if (shift.line !== line - 1) continue;
    if (moved < shift.column) break;
    moved = Math.max(shift.column, moved - shift.length);
  }
  return moved + 1;
}
