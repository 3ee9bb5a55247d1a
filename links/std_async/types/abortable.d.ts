/** Makes a promise reject with the signal's reason once it is aborted. */
export declare function abortable<T>(
  p: Promise<T>,
  signal: AbortSignal,
): Promise<T>;
/** Makes an async iterable throw the signal's reason once it is aborted. */
export declare function abortable<T>(
  p: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T>;
