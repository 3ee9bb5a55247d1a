/** Options for {@linkcode delay}. */
export interface DelayOptions {
  /** Signal that ends the wait early, with its reason. */
  signal?: AbortSignal;
  /**
   * Whether the process keeps running as long as the timer exists.
   *
   * @default {true}
   */
  persistent?: boolean;
}

/** Resolves after `ms` milliseconds. */
export declare function delay(
  ms: number,
  options?: DelayOptions,
): Promise<void>;
