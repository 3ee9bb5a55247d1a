/**
 * Timers for any length of time. The runtime's own count in 32 bits: what is
 * longer than 24.8 days fires at once there.
 *
 * @module
 */

/** The longest that the runtime waits for. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls a function once, after any length of time. */
export class Timer implements Disposable {
  readonly #onEnd: () => void;
  #id: ReturnType<typeof setTimeout> | undefined;
  #keepsAlive = true;

  /**
   * Starts at once.
   *
   * @param ms Milliseconds; `Infinity` never ends.
   */
  constructor(ms: number, onEnd: () => void) {
    this.#onEnd = onEnd;
    if (ms <= LONGEST_MS) this.#id = setTimeout(onEnd, ms);
    else if (ms !== Infinity) this.#wait(ms);
  }

  /** Takes it back; a second call does nothing. */
  stop(): void {
    if (this.#id !== undefined) clearTimeout(this.#id);
    this.#id = undefined;
  }

  /** The same as {@linkcode Timer.stop}. */
  [Symbol.dispose](): void {
    this.stop();
  }

  /** Lets the process end before the timer does. */
  unref(): this {
    this.#keepsAlive = false;
    if (this.#id !== undefined) Deno.unrefTimer(this.#id);
    return this;
  }

  #wait(ms: number): void {
    const left = ms - LONGEST_MS;
    this.#id = left <= 0
      ? setTimeout(this.#onEnd, ms)
      : setTimeout(() => this.#wait(left), LONGEST_MS);
    if (!this.#keepsAlive) Deno.unrefTimer(this.#id);
  }
}

/**
 * Calls a function again and again, without keeping the process alive.
 *
 * @param ms Milliseconds between two calls, at most 2,147,483,647.
 * @returns What stops it.
 */
export function repeat(ms: number, run: () => void): Disposable {
  const id = setInterval(run, ms);
  // Not its number: the runtime knows a timer by what it gave out.
  Deno.unrefTimer(id);
  return { [Symbol.dispose]: () => clearInterval(id) };
}

/**
 * Whether a limit limits anything.
 *
 * @param ms Milliseconds; 0 and `Infinity` stand for no limit.
 */
export function isLimit(ms: number): boolean {
  return ms > 0 && ms < Infinity;
}

/**
 * Waits.
 *
 * @param ms Milliseconds; `Infinity` waits until the signal aborts.
 * @returns A promise that resolves at the end, and rejects with the signal's
 * reason where that comes first.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.stop();
      reject(signal!.reason);
    };
    const timer = new Timer(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
