/**
 * The middle of some figures: what the benches print, since it does not follow
 * one slow run.
 *
 * @module
 */

/** The median of at least one figure. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
