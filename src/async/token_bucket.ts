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
  /** How long nothing comes back, counted from the last filling. */
  #pausedMs = 0;

  /** @param burst How many can be taken at once. */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes a token. */
  take(): boolean {
    this.#fill();
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
    this.#filledAt = Date.now();
    this.#pausedMs = ms;
  }

  #fill(): void {
    const now = Date.now();
    // A clock that was set back must not cost what had been gained.
    const passedMs = Math.max(0, now - this.#filledAt);
    const restedMs = Math.min(this.#pausedMs, passedMs);
    this.#pausedMs -= restedMs;
    this.#filledAt = now;
    const gained = (passedMs - restedMs) / 1000 * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
  }
}
