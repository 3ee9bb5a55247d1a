/**
 * How long to rest between attempts that fail.
 *
 * @module
 */

/** The bounds of a {@linkcode Backoff}. */
export interface BackoffOptions {
  /** The longest first rest in milliseconds. @default 100 */
  readonly minMs?: number;
  /** The longest rest in milliseconds. @default 30000 */
  readonly maxMs?: number;
}

/**
 * Doubles the rest with every failure, and draws it from the upper half of
 * its range, so that many agents do not return to an engine at one moment.
 */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #failures = 0;

  constructor(options: BackoffOptions = {}) {
    this.#minMs = options.minMs ?? 100;
    this.#maxMs = options.maxMs ?? 30_000;
  }

  /** Counts a failure. */
  next(): number {
    const ceiling = Math.min(this.#maxMs, this.#minMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return ceiling * (0.5 + Math.random() / 2);
  }

  /** Starts over after a success. */
  reset(): void {
    this.#failures = 0;
  }
}
