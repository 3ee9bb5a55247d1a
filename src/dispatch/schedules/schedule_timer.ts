/**
 * The one timer of all schedules.
 *
 * @module
 */
import { Timer } from "../../async/timer.ts";
import { type Now, readClocks, type RunPlan } from "./run_plan.ts";

/** What the timer looks after. */
export interface TimedEntry {
  /** When it is due; undefined while that is not known. */
  readonly plan: RunPlan | undefined;
}

/** Whatever is due, a clock that was set is noticed within this time. */
const MAX_WAIT_MS = 60_000;

/** What is due so soon after one another is run at one moment. */
const MIN_WAIT_MS = 10;

/** Calls when something is due. */
export class ScheduleTimer implements Disposable {
  readonly #entries: () => Iterable<TimedEntry>;
  readonly #onDue: (entry: TimedEntry) => void;
  #timer: Timer | undefined;
  #lastWall = -Infinity;
  #isOver = false;

  /**
   * @param entries What may be due.
   * @param onDue Called with what is, after it has gone on to its next run.
   */
  constructor(
    entries: () => Iterable<TimedEntry>,
    onDue: (entry: TimedEntry) => void,
  ) {
    this.#entries = entries;
    this.#onDue = onDue;
  }

  /** Waits for what is due first: something came, went, or has another plan. */
  reset(now: Now = readClocks()): void {
    this.#timer?.stop();
    this.#timer = undefined;
    if (this.#isOver) return;
    this.#lastWall = now.wall;
    let wait: number | undefined;
    for (const { plan } of this.#entries()) {
      if (plan === undefined) continue;
      wait = Math.min(wait ?? MAX_WAIT_MS, plan.wait(now));
    }
    if (wait === undefined) return;
    this.#timer = new Timer(
      Math.max(MIN_WAIT_MS, Math.ceil(wait)),
      () => this.#tick(),
    );
  }

  /** Nothing is due any more. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.stop();
  }

  #tick(): void {
    const now = readClocks();
    // A clock that is merely corrected must not repeat what has just run.
    if (now.wall < this.#lastWall - MAX_WAIT_MS) {
      for (const { plan } of this.#entries()) plan?.setBack(now);
    }
    for (const entry of [...this.#entries()]) {
      if (entry.plan === undefined || entry.plan.wait(now) > 0) continue;
      entry.plan.advance(now);
      this.#onDue(entry);
    }
    this.reset(now);
  }
}
