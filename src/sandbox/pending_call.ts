/**
 * One call of a guest that has not been answered yet: where it is, and until
 * when it may be there.
 *
 * @module
 */
import type { CallWork } from "./protocol.ts";

/** Told where a call is. */
export interface CallWatch {
  /** An action begins, or the hook does; from 0. */
  readonly onStep?: (index: number) => void;
  /** How many actions there are; more steps are a lie. */
  readonly steps: number;
  /** Milliseconds that a step may take, given its own limit; 0 for no limit. */
  readonly limitMs: (own: number | undefined) => number;
}

/** One call of a guest. */
export class PendingCall {
  /** What it asks for. */
  readonly work: CallWork;
  readonly #answer = Promise.withResolvers<unknown>();
  readonly #watch: CallWatch;
  readonly #onOverdue: (call: PendingCall) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #step = -1;
  #own: number | undefined;

  /**
   * @param work What it asks for.
   * @param watch Told where it is.
   * @param onOverdue Called when a step has not ended within its limit.
   */
  constructor(
    work: CallWork,
    watch: CallWatch,
    onOverdue: (call: PendingCall) => void,
  ) {
    this.work = work;
    this.#watch = watch;
    this.#onOverdue = onOverdue;
    this.rearm();
  }

  /** What the guest answers, sooner or later. */
  get answer(): Promise<unknown> {
    return this.#answer.promise;
  }

  /** The action that it is at; -1 before the guest has begun it. */
  get step(): number {
    return this.#step;
  }

  /**
   * The guest says that an action begins.
   *
   * @param index Which one.
   * @param own The action's own limit, where it declares one.
   * @returns Whether it can be so.
   */
  begin(index: number, own?: number): boolean {
    if (index !== this.#step + 1 || index >= this.#watch.steps) return false;
    this.#step = index;
    this.#own = own;
    this.rearm();
    this.#watch.onStep?.(index);
    return true;
  }

  /** Gives the current step its time again. */
  rearm(): void {
    clearTimeout(this.#timer);
    const limit = this.#watch.limitMs(this.#own);
    if (limit <= 0) return;
    this.#timer = setTimeout(() => this.#onOverdue(this), limit);
  }

  /** The guest answered. */
  resolve(value: unknown): void {
    clearTimeout(this.#timer);
    this.#answer.resolve(value);
  }

  /** The call failed, or nobody can answer it any more. */
  reject(error: unknown): void {
    clearTimeout(this.#timer);
    this.#answer.reject(error);
  }
}
