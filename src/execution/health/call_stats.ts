/**
 * Counts the calls of one action or hook and estimates how long they take, in
 * constant memory.
 *
 * @module
 */

/** How an action or hook has been doing. */
export interface CallReport {
  /** How often it was called. */
  readonly calls: number;
  /** How often it failed. */
  readonly failures: number;
  /** The median duration in milliseconds, within 10 %; 0 before a call. */
  readonly p50Ms: number;
  /** The 99th percentile in milliseconds, within 10 %; 0 before a call. */
  readonly p99Ms: number;
}

/**
 * A figure for people: with three digits that count.
 *
 * @returns The same, rounded.
 */
export function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}

/** Bounds grow by this factor, so an estimate is off by 10 % at most. */
const GROWTH = 1.2;
const SMALLEST_MS = 0.001;
const BUCKETS = 128;
const LOG_GROWTH = Math.log(GROWTH);
/** How many calls the rate of failures looks back at. */
const RECENT = 32;

/** The calls of one action or hook. */
export class CallStats {
  /** How often it was called. */
  calls = 0;
  /** How often it failed. */
  failures = 0;
  /** Which of the calls failed last, the newest at the end. */
  readonly #failed: number[] = [];
  /** Made at the first measurement: most plugins have idle actions. */
  #buckets: Uint32Array | undefined;
  #measured = 0;

  /**
   * Whether the next call should be timed: the first 64, then one in 64. To
   * read the time twice can cost more than a whole call.
   */
  get sampled(): boolean {
    return this.calls < 64 || (this.calls & 63) === 0;
  }

  /**
   * Adds the duration of a call.
   *
   * @param ms The duration in milliseconds.
   */
  measure(ms: number): void {
    const bucket = ms <= SMALLEST_MS ? 0 : Math.min(
      BUCKETS - 1,
      Math.ceil(Math.log(ms / SMALLEST_MS) / LOG_GROWTH),
    );
    this.#buckets ??= new Uint32Array(BUCKETS);
    this.#buckets[bucket]!++;
    this.#measured++;
  }

  /** The last call failed; successes need no mention. */
  fail(): void {
    this.failures++;
    this.#failed.push(this.calls);
    if (this.#failed.length > RECENT) this.#failed.shift();
  }

  /** Which share of the last 32 calls failed. */
  get failureRate(): number {
    const recent = this.#failed.filter((call) => call > this.calls - RECENT);
    return recent.length / Math.max(1, Math.min(RECENT, this.calls));
  }

  /** The figures so far. */
  report(): CallReport {
    return {
      calls: this.calls,
      failures: this.failures,
      p50Ms: rounded(this.#quantile(0.5)),
      p99Ms: rounded(this.#quantile(0.99)),
    };
  }

  #quantile(share: number): number {
    if (this.#buckets === undefined) return 0;
    let left = Math.ceil(this.#measured * share);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#buckets[bucket]!;
      // The middle of the bucket halves the error of its upper bound.
      if (left <= 0) return SMALLEST_MS * GROWTH ** (bucket - 0.5);
    }
    return SMALLEST_MS * GROWTH ** BUCKETS;
  }
}
