/**
 * Notices when something has had nothing to do for a while. One timer serves
 * many calls: it is not set anew for each, and looks again where it comes too
 * early.
 *
 * @module
 */
import { isLimit, Timer } from "./timer.ts";

/** Notices idleness. */
export class Idleness {
  readonly #limitMs: number;
  readonly #onLimit: () => void;
  #since: number | undefined;
  #timer: Timer | undefined;

  /** @param limitMs After how many milliseconds; 0 and `Infinity` for never. */
  constructor(limitMs: number, onLimit: () => void) {
    this.#limitMs = limitMs;
    this.#onLimit = onLimit;
  }

  /** Since when there has been nothing to do. */
  get since(): number | undefined {
    return this.#since;
  }

  /** There is nothing to do from now on. */
  begin(): void {
    this.#since = performance.now();
    if (isLimit(this.#limitMs)) this.#timer ??= this.#set(this.#limitMs);
  }

  /** There is something to do. */
  end(): void {
    this.#since = undefined;
  }

  /** There is nothing to notice any more. */
  stop(): void {
    this.#since = undefined;
    this.#timer?.stop();
    this.#timer = undefined;
  }

  #set(wait: number): Timer {
    return new Timer(wait, () => {
      this.#timer = undefined;
      if (this.#since === undefined) return;
      const left = this.#since + this.#limitMs - performance.now();
      if (left <= 0) this.#onLimit();
      else this.#timer = this.#set(left);
    });
  }
}
