/** A debounced function, which is delayed by a given `wait` time. */
export interface DebouncedFunction<T extends Array<unknown>> {
  (...args: T): void;
  /** Clears the debounce timeout and omits calling the debounced function. */
  clear(): void;
  /** Clears the debounce timeout and calls the debounced function at once. */
  flush(): void;
  /** Whether a call of the debounced function is pending. */
  readonly pending: boolean;
}

/** Delays `fn` by `wait` milliseconds; a later call replaces an earlier one. */
// deno-lint-ignore no-explicit-any
export declare function debounce<T extends Array<any>>(
  fn: (this: DebouncedFunction<T>, ...args: T) => void,
  wait: number,
): DebouncedFunction<T>;
