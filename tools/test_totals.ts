/**
 * Adds up the closing lines of `deno test`.
 *
 * @module
 */

/** How many tests passed and failed. */
export interface TestTotals {
  /** Tests that passed. */
  readonly passed: number;
  /** Tests that failed. */
  readonly failed: number;
}

const closingLine =
  /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/gm;

/**
 * Adds up the tests of a run.
 *
 * @param output What the run printed, without colors.
 * @returns The sums over all closing lines.
 */
export function testTotalsOf(output: string): TestTotals {
  let passed = 0;
  let failed = 0;
  for (const [, ok, bad] of output.matchAll(closingLine)) {
    passed += Number(ok);
    failed += Number(bad);
  }
  return { passed, failed };
}
