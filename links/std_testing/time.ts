/**
 * Stands in for `jsr:@std/testing/time` where JSR is not reachable: the same
 * class over `@sinonjs/fake-timers`.
 *
 * @module
 */
// @ts-types="@types/sinonjs__fake-timers"
import { type FakeMethod, withGlobal } from "@sinonjs/fake-timers";

/** Options for {@linkcode FakeTime.delay}. */
export interface DelayOptions {
  /** Signal that ends the wait early. */
  signal?: AbortSignal;
}

/** Options for {@linkcode FakeTime}. */
export interface FakeTimeOptions {
  /**
   * How much faster than real time the fake time moves on; 0 stands still.
   *
   * @default {0}
   */
  advanceRate: number;
  /**
   * How often the fake time moves on, in real milliseconds.
   *
   * @default {10}
   */
  advanceFrequency?: number;
}

/** Error thrown when time is faked twice, or restored without being faked. */
export class TimeError extends Error {
  /** @param message The error message. */
  constructor(message: string) {
    super(message);
    this.name = "TimeError";
  }
}

const faked = [
  "Date",
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
] as const satisfies FakeMethod[];

interface Faked {
  readonly globals: Pick<typeof globalThis, typeof faked[number]>;
  readonly signalTimeout: typeof AbortSignal.timeout;
}

function snapshot(): Faked {
  const { Date, setTimeout, clearTimeout, setInterval, clearInterval } =
    globalThis;
  return {
    globals: { Date, setTimeout, clearTimeout, setInterval, clearInterval },
    signalTimeout: AbortSignal.timeout,
  };
}

function put({ globals, signalTimeout }: Faked): void {
  Object.assign(globalThis, globals);
  AbortSignal.timeout = signalTimeout;
}

function fakeSignalTimeout(delay: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(new DOMException("Signal timed out.", "TimeoutError"));
  }, delay);
  return controller.signal;
}

const real = snapshot();
let current: FakeTime | undefined;

function startTime(start: number | string | Date | null | undefined): number {
  const time = start instanceof Date
    ? start.valueOf()
    : typeof start === "string"
    ? real.globals.Date.parse(start)
    : start ?? real.globals.Date.now();
  if (Number.isNaN(time)) {
    throw new TimeError("Cannot construct FakeTime: the start time is invalid");
  }
  return Math.max(0, Math.floor(time));
}

/** Replaces `Date` and the timers by ones that a test moves on by hand. */
export class FakeTime {
  /** Puts the real time back, if it is faked. */
  static restore(): void {
    if (!current) throw new TimeError("Cannot restore time: time is not faked");
    current.restore();
  }

  /**
   * Runs a callback under the real time.
   *
   * @param callback What to run.
   * @param args What to call it with.
   * @returns What the callback returns.
   */
  static async restoreFor<T>(
    // deno-lint-ignore no-explicit-any
    callback: (...args: any[]) => Promise<T> | T,
    // deno-lint-ignore no-explicit-any
    ...args: any[]
  ): Promise<T> {
    if (!current) throw new TimeError("Cannot restore time: time is not faked");
    const fake = snapshot();
    put(real);
    try {
      return await callback(...args);
    } finally {
      put(fake);
    }
  }

  readonly #clock: ReturnType<ReturnType<typeof withGlobal>["install"]>;
  readonly #start: number;
  readonly #advance: ReturnType<typeof setInterval> | undefined;

  /**
   * Fakes time until {@linkcode FakeTime.restore} or the end of `using`.
   *
   * @param start When the fake time starts; the real time by default.
   * @param options Whether the fake time moves on by itself.
   */
  constructor(
    start?: number | string | Date | null,
    options?: FakeTimeOptions,
  ) {
    if (current) {
      throw new TimeError("Cannot construct FakeTime: time is already faked");
    }
    this.#start = startTime(start);
    this.#clock = withGlobal(globalThis).install({
      now: this.#start,
      toFake: [...faked],
      loopLimit: Number.MAX_SAFE_INTEGER,
    });
    AbortSignal.timeout = fakeSignalTimeout;
    const rate = Math.max(0, options?.advanceRate ?? 0);
    const frequency = Math.max(1, options?.advanceFrequency ?? 10);
    this.#advance = rate > 0
      ? real.globals.setInterval(() => this.tick(rate * frequency), frequency)
      : undefined;
    current = this;
  }

  /** Puts the real time back. */
  [Symbol.dispose](): void {
    this.restore();
  }

  /** The fake time, in milliseconds since the epoch; set to a later one to get there. */
  get now(): number {
    return this.#clock.now;
  }
  set now(value: number) {
    if (value < this.now) {
      throw new RangeError(
        `Cannot set current time in the past, time must be >= ${this.now}: received ${value}`,
      );
    }
    this.#clock.tick(value - this.now);
  }

  /** The fake time at the start; read only. */
  get start(): number {
    return this.#start;
  }
  set start(_value: number) {
    throw new Error("Cannot change start time after initialization");
  }

  /**
   * Waits in real time.
   *
   * @param ms How many milliseconds.
   * @param options A signal that ends the wait early.
   */
  async delay(ms: number, options: DelayOptions = {}): Promise<void> {
    const { signal } = options;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = real.globals.setTimeout(resolve, ms);
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      real.globals.clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Lets all pending microtasks run. */
  async runMicrotasks(): Promise<void> {
    await this.delay(0);
  }

  /**
   * Moves the fake time on and runs the timers that fall due.
   *
   * @param ms How many milliseconds.
   */
  tick(ms = 0): void {
    this.now += ms;
  }

  /**
   * Lets microtasks run, then moves the fake time on.
   *
   * @param ms How many milliseconds.
   */
  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.now += ms;
  }

  /**
   * Moves the fake time on to the next timer and runs it.
   *
   * @returns Whether there was one.
   */
  next(): boolean {
    if (this.#clock.countTimers() === 0) return false;
    this.#clock.next();
    return true;
  }

  /**
   * Lets microtasks run, then runs the next timer.
   *
   * @returns Whether there was one.
   */
  async nextAsync(): Promise<boolean> {
    await this.runMicrotasks();
    return this.next();
  }

  /** Runs timers until none is left. */
  runAll(): void {
    while (this.next());
  }

  /** Runs timers, and microtasks in between, until none is left. */
  async runAllAsync(): Promise<void> {
    while (await this.nextAsync());
  }

  /** Puts the real time back. */
  restore(): void {
    if (current !== this) {
      throw new TimeError("Cannot restore time: time is already restored");
    }
    current = undefined;
    real.globals.clearInterval(this.#advance);
    this.#clock.uninstall();
    AbortSignal.timeout = real.signalTimeout;
  }
}
