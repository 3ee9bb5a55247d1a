/**
 * A process that is to stop as soon as what is under way is done, and no later
 * than a limit: a response that streams for ever must not keep it.
 *
 * @module
 */
import { isLimit, Timer } from "../../async/timer.ts";

/** A process that is to stop. */
export class Departure {
  readonly #left = Promise.withResolvers<void>();
  readonly #onLimit: () => void;
  #timer: Timer | undefined;
  #at = Infinity;

  /**
   * @param onLimit Called when it has taken too long.
   */
  constructor(onLimit: () => void) {
    this.#onLimit = onLimit;
  }

  /** Resolves once it has stopped. */
  get left(): Promise<void> {
    return this.#left.promise;
  }

  /**
   * Sets a limit, unless there is an earlier one.
   *
   * @param limitMs Milliseconds; 0 and `Infinity` for no limit.
   */
  limit(limitMs: number): void {
    const at = performance.now() + limitMs;
    if (!isLimit(limitMs) || at >= this.#at) return;
    this.#at = at;
    this.#timer?.stop();
    this.#timer = new Timer(limitMs, this.#onLimit);
  }

  /** It has stopped. */
  done(): void {
    this.#timer?.stop();
    this.#left.resolve();
  }
}
