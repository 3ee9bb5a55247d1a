/**
 * Time limits for calls that usually end long before them. A timer for each
 * call would cost several times the call. Here all calls share one slow clock:
 * it starts with the first call, and stops when it finds none under way.
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
  static #isSettling = false;

  /**
   * @param onLimit Called once when a call takes too long.
   */
  constructor(onLimit: () => void) {
    this.#onLimit = onLimit;
  }

  /**
   * A call begins; one that was under way is over.
   *
   * @param limitMs Milliseconds that it may take; 0 and `Infinity` for no limit.
   */
  start(limitMs: number): void {
    if (limitMs <= 0 || limitMs === Infinity) return this.stop();
    this.#startedAt = 0;
    const isPending = this.#limitMs > 0;
    this.#limitMs = limitMs;
    if (isPending) return;
    const next = Deadline.#first;
    if (next !== undefined) next.#previous = this;
    this.#next = next;
    Deadline.#first = this;
    Deadline.#clock ??= setTimeout(Deadline.#tick, TICK_MS);
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
    if (Deadline.#isSettling) Deadline.settle();
  }

  /**
   * Stops the clock as soon as no call is under way, for whoever is done and
   * leaves no timer behind.
   */
  static settle(): void {
    Deadline.#isSettling = Deadline.#first !== undefined;
    if (Deadline.#isSettling) return;
    clearTimeout(Deadline.#clock);
    Deadline.#clock = undefined;
  }

  static #tick(this: void): void {
    Deadline.#clock = Deadline.#first === undefined
      ? undefined
      : setTimeout(Deadline.#tick, TICK_MS);
    const now = performance.now();
    let deadline = Deadline.#first;
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
