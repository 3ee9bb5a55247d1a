/**
 * Counts the calls of a plugin that are under way, so that letting go of the
 * plugin can wait for them.
 *
 * @module
 */

/** The calls of one plugin that are under way. */
export class RunningCalls {
  #count = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  /** Whether any call is under way. */
  get any(): boolean {
    return this.#count > 0;
  }

  /** A call begins. */
  enter(): void {
    this.#count++;
  }

  /** A call is over. */
  leave(): void {
    if (--this.#count === 0) this.#idle?.resolve();
  }

  /** Waits until no call is under way. */
  async idle(): Promise<void> {
    if (this.#count === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
    this.#idle = undefined;
  }
}
