/**
 * Holds what waits to be delivered, so that a slow receiver holds up neither
 * the hooks nor the other receivers.
 *
 * @module
 */

/** Something to do; it must not reject. */
export type Job = (signal: AbortSignal) => Promise<void>;

const MOST_WAITING = 200;

/** Jobs in one line for each key: one after another, in order. */
export class Outbox {
  readonly #lines = new Map<number, Job[]>();
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  /**
   * Lets a job wait for its turn.
   *
   * @param key The line.
   * @param job The job.
   * @returns Whether there was room for it.
   */
  add(key: number, job: Job): boolean {
    if (this.#closing.signal.aborted) return false;
    const line = this.#lines.get(key);
    if (line === undefined) {
      this.#lines.set(key, [job]);
      const running = this.#run(key)
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
      return true;
    }
    return line.length < MOST_WAITING && line.push(job) > 0;
  }

  /** Forgets what waits in a line. */
  drop(key: number): void {
    this.#lines.get(key)?.splice(1);
  }

  /**
   * Ends what is under way, and forgets what waits.
   *
   * @returns When nothing runs any more.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  async #run(key: number): Promise<void> {
    const line = this.#lines.get(key)!;
    const { signal } = this.#closing;
    // The job under way stays first in its line.
    for (; line.length > 0 && !signal.aborted; line.shift()) {
      await line[0]!(signal);
    }
    this.#lines.delete(key);
  }
}
