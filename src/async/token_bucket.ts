/**
 * Limits how often something is done, without making anyone wait.
 *
 * @module
 */

/** Holds up to `burst` tokens and gains `perSecond` of them each second. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt = Date.now();

  /**
   * @param perSecond How many tokens come back each second.
   * @param burst How many can be taken at once.
   */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /**
   * Takes a token.
   *
   * @returns Whether there was one.
   */
  take(): boolean {
    const now = Date.now();
    const gained = (now - this.#filledAt) / 1000 * this.#perSecond;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /**
   * Empties the bucket and keeps it empty for a while.
   *
   * @param ms Milliseconds until the first token comes back.
   */
  pause(ms: number): void {
    this.#tokens = 0;
    this.#filledAt = Date.now() + ms;
  }
}
