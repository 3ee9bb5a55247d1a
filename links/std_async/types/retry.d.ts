/** Error thrown by {@linkcode retry} once every attempt has failed. */
export declare class RetryError extends Error {
  /**
   * @param cause The error of the last attempt.
   * @param attempts The number of attempts made.
   */
  constructor(cause: unknown, attempts: number);
}

/** Options for {@linkcode retry}. */
export interface RetryOptions {
  /**
   * How much to lengthen the wait after each attempt.
   *
   * @default {2}
   */
  multiplier?: number;
  /**
   * The longest wait between attempts, in milliseconds.
   *
   * @default {60000}
   */
  maxTimeout?: number;
  /**
   * The most attempts made.
   *
   * @default {5}
   */
  maxAttempts?: number;
  /**
   * The wait after the first attempt, in milliseconds.
   *
   * @default {1000}
   */
  minTimeout?: number;
  /**
   * How much of each wait is random, from 0 to 1.
   *
   * @default {1}
   */
  jitter?: number;
}

/** Calls `fn` until it succeeds or the attempts are used up. */
export declare function retry<T>(
  fn: (() => Promise<T>) | (() => T),
  options?: RetryOptions,
): Promise<T>;
