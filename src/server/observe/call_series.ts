/**
 * How often each plugin was called over the last hour, minute by minute, in
 * bounded memory: what the console draws.
 *
 * @module
 */
import { repeat } from "../../async/timer.ts";
import { PluginError } from "../../shared/errors.ts";

/** How many minutes are kept. */
const MINUTES = 60;
const MINUTE_MS = 60_000;

/** The calls of one plugin so far. */
export interface CallTotals {
  /** How often actions were called. */
  readonly requests: number;
  /** How often they failed. */
  readonly failures: number;
  /** The median of the slowest action, in milliseconds. */
  readonly p50Ms: number;
  /** The 99th percentile of the slowest action, in milliseconds. */
  readonly p99Ms: number;
}

/** The calls of one minute. */
export interface CallMinute extends CallTotals {
  /** When the minute ended, in ISO 8601. */
  readonly at: string;
}

interface Series {
  last: CallTotals;
  readonly minutes: CallMinute[];
}

/** Adds up the calls of all plugins. */
export class CallSeries implements Disposable {
  readonly #series = new Map<number, Series>();
  readonly #read: () => ReadonlyMap<number, CallTotals>;
  readonly #minutes: Disposable;

  /**
   * Begins to add up.
   *
   * @param read Reads the totals of all plugins, by id.
   */
  constructor(read: () => ReadonlyMap<number, CallTotals>) {
    this.#read = read;
    this.#minutes = repeat(MINUTE_MS, () => this.#endMinute());
  }

  /** Ends a minute. */
  sample(now: Date = new Date()): void {
    const totals = this.#read();
    for (const id of this.#series.keys()) {
      if (!totals.has(id)) this.#series.delete(id);
    }
    for (const [id, total] of totals) this.#add(id, total, now);
  }

  /** The minutes of a plugin, the oldest first. */
  of(id: number): readonly CallMinute[] {
    return this.#series.get(id)?.minutes ?? [];
  }

  /** The failures of a plugin within the last hour, this minute's too. */
  failuresOf(id: number, total: CallTotals): number {
    const series = this.#series.get(id);
    if (series === undefined) return total.failures;
    const before = series.minutes.reduce(
      (sum, { failures }) => sum + failures,
      0,
    );
    return before + Math.max(0, total.failures - series.last.failures);
  }

  /** Stops adding up. */
  [Symbol.dispose](): void {
    this.#minutes[Symbol.dispose]();
  }

  /** A minute in which the database does not answer is left out. */
  #endMinute(): void {
    try {
      this.sample();
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
    }
  }

  #add(id: number, total: CallTotals, now: Date): void {
    const series = this.#series.get(id) ?? { last: NONE, minutes: [] };
    // A plugin that was loaded anew counts from 0 again.
    const last = total.requests < series.last.requests ? NONE : series.last;
    series.minutes.push({
      at: now.toISOString(),
      requests: total.requests - last.requests,
      failures: total.failures - last.failures,
      p50Ms: total.p50Ms,
      p99Ms: total.p99Ms,
    });
    if (series.minutes.length > MINUTES) series.minutes.shift();
    series.last = total;
    this.#series.set(id, series);
  }
}

const NONE: CallTotals = { requests: 0, failures: 0, p50Ms: 0, p99Ms: 0 };
