/**
 * Slows guessing down: who failed waits before the next try is looked at, by
 * name and by address, and nobody is ever locked out.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { Refusal } from "../http/problem.ts";

/** Failures that cost nothing. */
const FREE_FAILURES = 2;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 8_000;
/** After so long without a failure all is forgotten. */
const FORGET_MS = 15 * 60_000;
const MAX_ENTRIES = 10_000;
/** How many tries may wait at once, over all names and addresses. */
const MAX_WAITING = 100;

interface Failures {
  readonly count: number;
  readonly at: number;
}

/** Keeps who failed how often. */
export class SignInDelay {
  readonly #failures = new Map<string, Failures>();
  #waiting = 0;

  /**
   * Waits before a try.
   *
   * @param keys The name and the address; the one that failed more often counts.
   * @throws {Refusal} `TOO_MANY_REQUESTS` where too many wait already.
   */
  async wait(keys: readonly string[]): Promise<void> {
    const ms = Math.max(...keys.map((key) => this.#delayOf(key)));
    if (ms === 0) return;
    if (this.#waiting >= MAX_WAITING) {
      throw new Refusal(
        "TOO_MANY_REQUESTS",
        "Cannot sign in: too many failed tries are waiting; try again in a few seconds",
        { retryAfter: Math.ceil(ms / 1_000) },
      );
    }
    this.#waiting++;
    try {
      await delay(ms);
    } finally {
      this.#waiting--;
    }
  }

  /** Notes a failure. */
  failed(keys: readonly string[]): void {
    const at = Date.now();
    for (const key of keys) {
      const count = (this.#current(key)?.count ?? 0) + 1;
      // What failed last stands last.
      this.#failures.delete(key);
      this.#failures.set(key, { count, at });
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= MAX_ENTRIES) return;
      this.#failures.delete(key);
    }
  }

  /** Forgets the failures of a name; those of the address stay. */
  succeeded(name: string): void {
    this.#failures.delete(name);
  }

  #delayOf(key: string): number {
    const over = (this.#current(key)?.count ?? 0) - FREE_FAILURES;
    if (over <= 0) return 0;
    return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(over - 1, 10));
  }

  #current(key: string): Failures | undefined {
    const found = this.#failures.get(key);
    return found && Date.now() - found.at < FORGET_MS ? found : undefined;
  }
}
