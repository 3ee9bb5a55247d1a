/**
 * Lets a few processes start at a time: more than there are processors only
 * slow each other down, until each of them seems to hang.
 *
 * @module
 */

/** Lets a few processes start at a time, in the order of asking. */
export class BootQueue {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #booting = 0;

  /**
   * @param max How many may start at a time.
   */
  constructor(max: number = navigator.hardwareConcurrency) {
    this.#max = max;
  }

  /**
   * Starts something once it is its turn.
   *
   * @param boot Starts it; the next one's turn comes when this is settled.
   * @returns What `boot` returned.
   */
  async run<R>(boot: () => Promise<R>): Promise<R> {
    if (this.#booting < this.#max) this.#booting++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await boot();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#booting--;
      else next();
    }
  }
}
