/**
 * The calls of one guest that are under way, and the one timer that looks
 * after all of them.
 *
 * @module
 */
import { Timer } from "../../../async/timer.ts";
import type { PendingCall } from "./pending_call.ts";

/** The calls of one guest that are under way, oldest first. */
export class PendingCalls {
  readonly #calls = new Map<number, PendingCall>();
  readonly #onOverdue: (call: PendingCall) => void;
  #timer: Timer | undefined;
  #timerAt = Infinity;

  /**
   * @param onOverdue Called with every call whose step takes too long.
   */
  constructor(onOverdue: (call: PendingCall) => void) {
    this.#onOverdue = onOverdue;
  }

  /** How many there are. */
  get size(): number {
    return this.#calls.size;
  }

  /**
   * The oldest call that the guest has not said anything about. It takes calls
   * in order: where it does not listen, this is what it is at.
   */
  get oldestSilent(): PendingCall | undefined {
    for (const call of this.#calls.values()) if (call.step < 0) return call;
    return undefined;
  }

  /** A call by its number. */
  get(id: number): PendingCall | undefined {
    return this.#calls.get(id);
  }

  /** The number of a call; undefined where it is no longer under way. */
  idOf(call: PendingCall): number | undefined {
    for (const [id, it] of this.#calls) if (it === call) return id;
    return undefined;
  }

  /** Adds a call. */
  add(id: number, call: PendingCall): void {
    this.#calls.set(id, call);
    this.watch(call);
  }

  /** Takes a call away. */
  delete(id: number): void {
    this.#calls.delete(id);
  }

  /** Looks after a call whose deadline has changed. */
  watch(call: PendingCall): void {
    // A timer that comes too early looks, and is set again.
    if (call.deadline >= this.#timerAt) return;
    this.#timer?.stop();
    this.#timerAt = call.deadline;
    const wait = Math.max(0, call.deadline - performance.now());
    this.#timer = new Timer(wait, this.#look);
  }

  /** Gives the current step of a call its time again. */
  rearm(call: PendingCall): void {
    call.rearm();
    if (this.idOf(call) !== undefined) this.watch(call);
  }

  /** Rejects every call, and stops looking. */
  close(reason: unknown): void {
    this.#timer?.stop();
    this.#timerAt = -Infinity;
    const { oldestSilent } = this;
    if (oldestSilent !== undefined) oldestSilent.suspect = true;
    for (const call of this.#calls.values()) call.reject(reason);
    this.#calls.clear();
  }

  readonly #look = (): void => {
    this.#timerAt = Infinity;
    const now = performance.now();
    for (const call of [...this.#calls.values()]) {
      if (call.deadline > now) this.watch(call);
      else this.#onOverdue(call);
    }
  };
}
