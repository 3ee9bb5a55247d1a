/**
 * An abort signal that follows another one. `AbortSignal.any` would do, but on
 * Deno 2.9 a signal that depends on others can be garbage-collected while a
 * body is still read under it, and the abort never arrives
 * (`garbage_collection_test.ts` hangs then). So the parent is followed by a
 * listener; only a `fetch` that waits for its headers is safe with `any`.
 *
 * @module
 */
import { Timer } from "./timer.ts";

/** Aborts on its own, after a time, or with the signal that it follows. */
export class LinkedAbort implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #follow = (): void => this.abort(this.#parent?.reason);
  #timer: Timer | undefined;

  constructor(parent?: AbortSignal) {
    this.#parent = parent;
    parent?.addEventListener("abort", this.#follow);
    if (parent?.aborted) this.#follow();
  }

  /** The same signal every time. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts now. */
  abort(reason?: unknown): void {
    this[Symbol.dispose]();
    this.#controller.abort(reason);
  }

  /** Aborts after a while, counted anew with every call. */
  abortAfter(ms: number, reason?: unknown): void {
    this.#timer?.stop();
    this.#timer = new Timer(ms, () => this.abort(reason));
  }

  /** Follows no longer. */
  [Symbol.dispose](): void {
    this.#timer?.stop();
    this.#parent?.removeEventListener("abort", this.#follow);
  }
}
