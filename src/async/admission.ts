/**
 * Lets in so much at a time, has more wait in line, and refuses the rest: what
 * waits costs memory as well.
 *
 * @module
 */

/** How much is let in. */
export interface AdmissionLimits {
  /** How much may be inside at once; a single one that is larger may, alone. */
  readonly inside: number;
  /** How much may wait. */
  readonly waiting: number;
  /** Makes the error that the rest is refused with. */
  readonly onFull: () => unknown;
}

/** One that waits. */
interface Waiter {
  readonly size: number;
  readonly enter: () => void;
  readonly giveUp: (reason: unknown) => void;
}

/** Lets in so much at a time. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #line = new Set<Waiter>();
  #inside = 0;
  #waiting = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /**
   * Enters, or stands in line.
   *
   * @returns A promise to wait for; undefined where nothing has to be waited
   * for. It rejects with the signal's reason.
   * @throws What `onFull` makes, where there is no room in the line either.
   */
  enter(size: number, signal: AbortSignal): Promise<void> | undefined {
    if (this.#line.size === 0 && this.#fits(size)) {
      this.#inside += size;
      return undefined;
    }
    if (this.#waiting + size > this.#limits.waiting) {
      throw this.#limits.onFull();
    }
    return this.#wait(size, signal);
  }

  /** Leaves, and lets in who waits. */
  leave(size: number): void {
    this.#inside -= size;
    for (const waiter of this.#line) {
      if (!this.#fits(waiter.size)) return;
      this.#inside += waiter.size;
      waiter.enter();
    }
  }

  /**
   * Sends home who waits.
   *
   * @param reason What they are told.
   */
  close(reason: unknown): void {
    for (const waiter of this.#line) waiter.giveUp(reason);
  }

  #fits(size: number): boolean {
    return this.#inside === 0 || this.#inside + size <= this.#limits.inside;
  }

  #wait(size: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => waiter.giveUp(signal.reason);
      const leaveLine = () => {
        signal.removeEventListener("abort", onAbort);
        this.#line.delete(waiter);
        this.#waiting -= size;
      };
      const waiter: Waiter = {
        size,
        enter: () => {
          leaveLine();
          resolve();
        },
        giveUp: (reason) => {
          leaveLine();
          reject(reason);
        },
      };
      if (signal.aborted) return reject(signal.reason);
      this.#line.add(waiter);
      this.#waiting += size;
      signal.addEventListener("abort", onAbort);
    });
  }
}
