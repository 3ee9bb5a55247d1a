/** Multiplexes several async iterables into one. */
export declare class MuxAsyncIterator<T> implements AsyncIterable<T> {
  /** Adds an async iterable to the stream. */
  add(iterable: AsyncIterable<T>): void;
  /** Iterates over the values of all of them. */
  iterate(): AsyncIterableIterator<T>;
  /** Iterates over the values of all of them. */
  [Symbol.asyncIterator](): AsyncIterator<T>;
}
