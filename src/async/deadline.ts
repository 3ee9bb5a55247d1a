/**
 * Time limits for calls that usually end long before them. A timer for each
 * call would cost several times the call. Here all calls under way share one
 * slow clock, which is only started for a call that outlives a few turns of
 * the microtask queue, and stopped with the last one.
 *
 * @module
 */

/** Milliseconds between two ticks: a limit is enforced so much late at most. */
const TICK_MS = 10;

/** How many turns of the microtask queue a call may take without a clock. */
const PATIENCE = 16;

const NEXT_TURN = Promise.resolve();

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
  /** Turns since there was no call under way. */
  static #turns = 0;
  static #watching = false;

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
    if (next === undefined) Deadline.#watch();
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
    if (Deadline.#first === undefined) Deadline.#stopClock();
  }

  static #watch(): void {
    Deadline.#turns = 0;
    if (Deadline.#watching) return;
    Deadline.#watching = true;
    NEXT_TURN.then(Deadline.#turn);
  }

  /** Counts a turn, and starts the clock where a call takes too many. */
  static #turn(this: void): void {
    if (Deadline.#first !== undefined && ++Deadline.#turns <= PATIENCE) {
      NEXT_TURN.then(Deadline.#turn);
      return;
    }
    Deadline.#watching = false;
    if (Deadline.#first !== undefined) Deadline.#startClock();
  }

  static #startClock(): void {
    Deadline.#clock = setTimeout(Deadline.#tick, TICK_MS);
  }

  static #stopClock(): void {
    if (Deadline.#clock === undefined) return;
    clearTimeout(Deadline.#clock);
    Deadline.#clock = undefined;
  }

  static #tick(this: void): void {
    Deadline.#startClock();
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
