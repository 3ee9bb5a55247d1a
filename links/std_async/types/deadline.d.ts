/** Options for {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Signal that ends the wait early. */
  signal?: AbortSignal;
}

/** Makes a promise reject with a `TimeoutError` after `ms` milliseconds. */
export declare function deadline<T>(
  p: Promise<T>,
  ms: number,
  options?: DeadlineOptions,
): Promise<T>;
