/**
 * How fast a guest is listened to. One message costs the host a bounded amount;
 * a guest that sends one after the other is read no faster than its share of
 * the host's time allows, and waits at its end of the pipe meanwhile.
 *
 * @module
 */

/** What taking a message costs beside reading it. */
const MESSAGE_COST = 50;
/** About a tenth of the time of a processor. */
const COST_PER_SECOND = 2_000_000;
/** What may be spent at once before anybody waits. */
const BURST = 1_000_000;

/** Keeps account of what a guest has cost. */
export class CostPace {
  #owed = 0;
  #at = performance.now();

  /** A message was read. */
  spend(cost: number): void {
    this.#owed += cost + MESSAGE_COST;
  }

  /**
   * How long to wait before the guest is listened to again.
   *
   * @returns Milliseconds, often none.
   */
  waitMs(): number {
    const now = performance.now();
    const earned = (now - this.#at) / 1_000 * COST_PER_SECOND;
    this.#at = now;
    this.#owed = Math.max(0, this.#owed - earned);
    return Math.max(0, this.#owed - BURST) / COST_PER_SECOND * 1_000;
  }
}
