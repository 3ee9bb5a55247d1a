/**
 * An abort signal that follows another one. `AbortSignal.any` would do, but on
 * Deno 2.9 a signal that depends on others can be garbage-collected while a
 * body is still read under it, the one that `fetch` makes of its own signal
 * too, and the abort never arrives; `garbage_collection_test.ts` hangs without
 * what is done here. So the signals are held by their listeners, whoever awaits
 * `fetch` also awaits `failure`, and bodies are cancelled by hand.
 *
 * @module
 */
import { Timer } from "./timer.ts";

/** Aborts on its own, after a time, or with the signal that it follows. */
export class LinkedAbort implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #follow = (): void => this.abort(this.#parent?.reason);
  readonly #failed = Promise.withResolvers<never>();
  #timer: Timer | undefined;

  /** @param parent The signal that it follows. */
  constructor(parent?: AbortSignal) {
    this.#failed.promise.catch(() => {});
    this.#parent = parent;
    parent?.addEventListener("abort", this.#follow);
    if (parent?.aborted) this.#follow();
  }

  /**
   * The signal.
   *
   * @returns The same signal every time.
   */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Rejects when the signal aborts.
   *
   * @returns A promise that never resolves.
   */
  get failure(): Promise<never> {
    return this.#failed.promise;
  }

  /**
   * Aborts now.
   *
   * @param reason Why.
   */
  abort(reason?: unknown): void {
    this[Symbol.dispose]();
    this.#controller.abort(reason);
    this.#failed.reject(this.#controller.signal.reason);
  }

  /**
   * Aborts after a while, counted anew with every call.
   *
   * @param ms Milliseconds; `Infinity` for never.
   * @param reason Why.
   */
  abortAfter(ms: number, reason?: unknown): void {
    this.#timer?.stop();
    this.#timer = new Timer(ms, () => this.abort(reason));
  }

  /** Takes back {@linkcode LinkedAbort.abortAfter}. */
  clearTimer(): void {
    this.#timer?.stop();
  }

  /** Follows no longer. */
  [Symbol.dispose](): void {
    this.#timer?.stop();
    this.#parent?.removeEventListener("abort", this.#follow);
  }
}
