/**
 * Watches the host's own thread while a plugin attacks it.
 *
 * @module
 */

/** What a standstill is measured against: other processes use the machine. */
const TICK_MS = 5;

/** Notes how long the event loop stands still at most. */
export class Standstill implements Disposable {
  longestMs = 0;
  readonly #timer: ReturnType<typeof setInterval>;
  #last = performance.now();

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.longestMs = Math.max(this.longestMs, now - this.#last - TICK_MS);
      this.#last = now;
    }, TICK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
