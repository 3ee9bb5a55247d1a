/**
 * Has what concerns one plugin happen in the order in which it was asked for,
 * and what concerns different ones side by side.
 *
 * @module
 */

/** What is under way with each plugin. */
export class PluginTurns {
  readonly #last = new Map<number, Promise<void>>();

  /** Whether anything is under way with a plugin. */
  busy(id: number): boolean {
    return this.#last.has(id);
  }

  /**
   * Does something once all that was asked for before is over; at once where
   * nothing is under way.
   */
  take<R>(id: number, work: () => Promise<R>): Promise<R> {
    const before = this.#last.get(id);
    const done = before === undefined ? work() : before.then(work);
    this.add(id, done);
    return done;
  }

  /** Lets what comes later wait for something as well. */
  add(id: number, pending: Promise<unknown>): void {
    const settled = pending.then(() => {}, () => {});
    const last = Promise.all([this.#last.get(id), settled]).then(() => {
      if (this.#last.get(id) === last) this.#last.delete(id);
    });
    this.#last.set(id, last);
  }

  /** Waits until nothing is under way with a plugin. */
  async over(id: number): Promise<void> {
    while (this.#last.has(id)) await this.#last.get(id);
  }

  /** Waits until nothing is under way. */
  async allOver(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }
}
