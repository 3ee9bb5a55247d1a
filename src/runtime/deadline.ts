/**
 * Time limits for calls that usually end long before them. A timer for each
 * call would cost several times the call; here all calls under way share one
 * slow clock, which stands still while there are none.
 *
 * @module
 */

/** Milliseconds between two ticks: a limit is enforced so much late at most. */
const TICK_MS = 10;

/** One time limit, of one call after another. */
export class Deadline {
  readonly #onLimit: () => void;
  #limitMs = 0;
  /** Unknown until the first tick: reading the time costs as much as a call. */
  #startedAt = 0;
  // A list of its own costs a fifth of adding to and deleting from a `Set`.
  #previous: Deadline | undefined;
  #next: Deadline | undefined;

  static #first: Deadline | undefined;
  static #clock: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param onLimit Called once when a call takes too long.
   */
  constructor(onLimit: () => void) {
    this.#onLimit = onLimit;
  }

  /**
   * A call begins; one that was under way is over.
   *
   * @param limitMs Milliseconds that it may take; 0 for no limit.
   */
  start(limitMs: number): void {
    if (limitMs <= 0) return this.stop();
    this.#startedAt = 0;
    const isPending = this.#limitMs > 0;
    this.#limitMs = limitMs;
    if (isPending) return;
    const next = Deadline.#first;
    if (next === undefined) Deadline.#wind();
    else next.#previous = this;
    this.#next = next;
    Deadline.#first = this;
  }

  /** The call is over. */
  stop(): void {
    if (this.#limitMs === 0) return;
    this.#limitMs = 0;
    const previous = this.#previous;
    const next = this.#next;
    if (next !== undefined) next.#previous = previous;
    if (previous !== undefined) previous.#next = next;
    else Deadline.#first = next;
    this.#previous = this.#next = undefined;
    if (Deadline.#first === undefined) Deadline.#release();
  }

  /** Keeps the process alive as long as a call is under way. */
  static #wind(): void {
    const clock = Deadline.#clock;
    if (clock !== undefined) Deno.refTimer(clock);
    else Deadline.#clock = setTimeout(Deadline.#tick, TICK_MS);
  }

  static #release(): void {
    const clock = Deadline.#clock;
    if (clock !== undefined) Deno.unrefTimer(clock);
  }

  static #tick(this: void): void {
    Deadline.#clock = undefined;
    let deadline = Deadline.#first;
    if (deadline === undefined) return;
    Deadline.#clock = setTimeout(Deadline.#tick, TICK_MS);
    const now = performance.now();
    while (deadline !== undefined) {
      const next: Deadline | undefined = deadline.#next;
      deadline.#check(now);
      deadline = next;
    }
  }

  #check(now: number): void {
    // Stopped by what another one's end has set off.
    if (this.#limitMs === 0) return;
    // From the first tick on: late by up to a tick, but never early.
    if (this.#startedAt === 0) this.#startedAt = now;
    if (now - this.#startedAt < this.#limitMs) return;
    this.stop();
    this.#onLimit();
  }
}
