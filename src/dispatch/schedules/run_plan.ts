/**
 * When a schedule runs next. Time is told by two clocks: the wall's, which may
 * be set forward and back, and a steady one, which may stand still while the
 * machine is suspended. Whatever they do, a run is neither late by more than
 * its interval nor made up many times.
 *
 * @module
 */
import type { NextRun } from "../../shared/cron.ts";

/** What both clocks say, in milliseconds. */
export interface Now {
  /** Since 1970; it may jump. */
  readonly wall: number;
  /** Since some moment; it only ever goes on. */
  readonly steady: number;
}

/** When a schedule runs. */
export interface RunPlan {
  /** Milliseconds until the next run; 0 or less where it is due. */
  wait(now: Now): number;
  /** Goes on to the run after this moment. */
  advance(now: Now): void;
  /** Makes up for a clock that was set back. */
  setBack(now: Now): void;
}

/** The longest spread of an interval's runs. */
const MAX_JITTER_MS = 30_000;

/** Reads both clocks. */
export function readClocks(): Now {
  return { wall: Date.now(), steady: performance.now() };
}

/** Runs at an interval: due by whichever clock gets there first. */
export class IntervalPlan implements RunPlan {
  readonly #intervalMs: number;
  #wall: number;
  #steady: number;
  #jitterMs = 0;

  /** @param lastRunAt When it last ran, by the wall's clock. */
  constructor(intervalMs: number, now: Now, lastRunAt = now.wall) {
    this.#intervalMs = intervalMs;
    this.#wall = this.#after(lastRunAt, now.wall);
    this.#steady = now.steady + (this.#wall - now.wall);
    this.#spread();
  }

  wait({ wall, steady }: Now): number {
    const left = Math.min(this.#wall - wall, this.#steady - steady);
    return left + this.#jitterMs;
  }

  advance({ wall, steady }: Now): void {
    this.#wall = this.#after(this.#wall, wall);
    this.#steady = this.#after(this.#steady, steady);
    this.#spread();
  }

  /** The steady clock goes on. */
  setBack(): void {}

  /** The next beat: none is made up, and none is further off than an interval. */
  #after(beat: number, now: number): number {
    const next = beat + this.#intervalMs;
    if (next > now + this.#intervalMs) return now + this.#intervalMs;
    if (next > now) return next;
    return now + this.#intervalMs - (now - beat) % this.#intervalMs;
  }

  #spread(): void {
    const most = Math.min(this.#intervalMs / 10, MAX_JITTER_MS);
    this.#jitterMs = Math.random() * most;
  }
}

/** Runs when a cron expression says, by the wall's clock. */
export class CronPlan implements RunPlan {
  readonly #next: NextRun;
  #at: number;

  constructor(next: NextRun, now: Now) {
    this.#next = next;
    this.#at = next(now.wall) ?? Infinity;
  }

  wait({ wall }: Now): number {
    return this.#at - wall;
  }

  advance({ wall }: Now): void {
    this.#at = this.#next(wall) ?? Infinity;
  }

  setBack(now: Now): void {
    this.advance(now);
  }
}
