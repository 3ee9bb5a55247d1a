/**
 * One call of a guest that has not been answered yet: where it is, and until
 * when it may be there.
 *
 * @module
 */
import { isLimit } from "../../../async/timer.ts";
import type { CallWork } from "../../wire/protocol.ts";

/** Told where a call is. */
export interface CallWatch {
  /** An action begins, or the hook does; from 0. */
  readonly onStep?: (index: number) => void;
  /** How many actions there are; more steps are a lie. */
  readonly steps: number;
  /** Milliseconds that a step may take, given its own limit; 0 for no limit. */
  readonly limitMs: (own: number | undefined) => number;
  /** Milliseconds that all of it may take, whatever the guest says. */
  readonly maxMs: number;
}

/** One call of a guest. */
export class PendingCall {
  /** What it asks for. */
  readonly work: CallWork;
  /** When the step that it is at has taken too long; never, if infinite. */
  deadline = Infinity;
  /** Whether the guest may have begun it, though it has not said so. */
  suspect = false;
  /** The streams that it sent along. */
  streams: readonly number[] = [];
  readonly #answer = Promise.withResolvers<unknown>();
  readonly #watch: CallWatch;
  readonly #over: number;
  #step = -1;
  #own: number | undefined;
  #armed = 0;

  /** @param watch Told where it is. */
  constructor(work: CallWork, watch: CallWatch) {
    this.work = work;
    this.#watch = watch;
    this.#over = performance.now() + watch.maxMs;
    this.rearm();
  }

  /** What the guest answers, sooner or later. */
  get answer(): Promise<unknown> {
    return this.#answer.promise;
  }

  /** Whether the guest has certainly not begun it. */
  get untouched(): boolean {
    return this.#step < 0 && !this.suspect;
  }

  /**
   * Whether its time is over for good: all of it, or that of an action, which
   * has the same limit inside. A guest that listens and does not say that it
   * has begun a chain is given the time once more, and no more.
   */
  get isOver(): boolean {
    if (performance.now() >= this.#over) return true;
    return this.work.kind === "chain" && (this.#step >= 0 || this.#armed > 1);
  }

  /** The action that it is known to be at; -1 before the guest tells. */
  get step(): number {
    return this.#step;
  }

  /**
   * The guest says that an action begins. The first one of a chain that ends
   * at once is not announced.
   *
   * @param own The action's own limit, where it declares one.
   */
  begin(index: number, own?: number): boolean {
    if (index <= this.#step || index >= this.#watch.steps) return false;
    this.#step = index;
    this.#own = own;
    this.#armed = 0;
    this.rearm();
    this.#watch.onStep?.(index);
    return true;
  }

  /** Gives the current step its time again. */
  rearm(): void {
    this.#armed++;
    const limit = this.#watch.limitMs(this.#own);
    const end = isLimit(limit) ? performance.now() + limit : Infinity;
    this.deadline = Math.min(end, this.#over);
  }

  /** The guest answered. */
  resolve(value: unknown): void {
    this.#answer.resolve(value);
  }

  /** The call failed, or nobody can answer it any more. */
  reject(error: unknown): void {
    this.#answer.reject(error);
  }
}
