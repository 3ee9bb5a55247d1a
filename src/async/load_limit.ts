/**
 * The time that one load may take. Many plugins share one thread, and the
 * runtime imports one at a time: what a plugin spends waiting for others is not
 * held against it.
 *
 * @module
 */
import { isLimit, Timer } from "./timer.ts";

/** A limit is counted in so many slices. */
const SLICES = 20;

/** What else is imported in front of a plugin. */
export interface LoadQueue {
  /**
   * While others come first, a number that changes as they are imported;
   * undefined once it is the plugin's own turn.
   */
  waiting(): number | undefined;
  /** Nobody waits for the plugin any more: it is loaded, or given up. */
  leave(): void;
}

/** How long a load may take. */
export interface LoadLimitOptions {
  /** Milliseconds; 0 and `Infinity` wait without a limit. */
  readonly limitMs: number;
  /** What comes first. */
  readonly queue?: LoadQueue;
  /** Gives the load up; it rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Makes the error that the limit rejects with. */
  readonly onLimit: () => unknown;
}

/**
 * Waits for a load up to its limit.
 *
 * @param pending The load; what it rejects with later is ignored.
 * @param options The limit, and what is not held against it.
 */
export function withinLoadLimit<R>(
  pending: PromiseLike<R>,
  options: LoadLimitOptions,
): Promise<R> {
  const { signal, onLimit } = options;
  return new Promise<R>((resolve, reject) => {
    const onAbort = () => end(() => reject(signal.reason));
    const watch = watchLimit(options, () => end(() => reject(onLimit())));
    function end(settle: () => void): void {
      watch?.stop();
      signal.removeEventListener("abort", onAbort);
      settle();
    }
    pending.then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
}

/** Counts slices, since a timer alone cannot tell who had the thread. */
function watchLimit(
  { limitMs, queue }: LoadLimitOptions,
  onLimit: () => void,
): { stop(): void } | undefined {
  if (!isLimit(limitMs)) return undefined;
  const sliceMs = Math.max(1, limitMs / SLICES);
  let usedMs = 0;
  let before = performance.now();
  let ahead = queue?.waiting();
  const tick = (now: number) => {
    const waiting = queue?.waiting();
    if (waiting !== ahead) usedMs = 0;
    // A slice that took much longer was spent on somebody else's code.
    else usedMs += Math.min(now - before, 2 * sliceMs);
    ahead = waiting;
    before = now;
    if (usedMs >= limitMs) onLimit();
  };
  const slices = slicesOf(sliceMs);
  slices.add(tick);
  return { stop: () => slices.delete(tick) };
}

type Tick = (now: number) => void;

/** Loads of one limit share a timer: thousands may be under way. */
class Slices {
  readonly #ms: number;
  readonly #ticks = new Set<Tick>();
  #timer: Timer | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  add(tick: Tick): void {
    this.#ticks.add(tick);
    this.#timer ??= this.#start();
  }

  /** Nothing keeps the process alive once nothing is under way. */
  delete(tick: Tick): void {
    if (!this.#ticks.delete(tick) || this.#ticks.size > 0) return;
    this.#timer?.stop();
    this.#timer = undefined;
    shared.delete(this.#ms);
  }

  #start(): Timer {
    return new Timer(this.#ms, () => {
      this.#timer = this.#start();
      const now = performance.now();
      for (const tick of this.#ticks) tick(now);
    });
  }
}

const shared = new Map<number, Slices>();

function slicesOf(ms: number): Slices {
  let slices = shared.get(ms);
  if (slices === undefined) shared.set(ms, slices = new Slices(ms));
  return slices;
}
