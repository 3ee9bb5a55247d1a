/**
 * How long a plugin's code may take.
 *
 * @module
 */

/** The time limits of a plugin, in milliseconds. */
export interface TimeLimits {
  /** How long an action may take; 0 for no limit. */
  readonly actionTimeoutMs: number;
  /** How long import and `init()` may take together. */
  readonly loadTimeoutMs: number;
  /** How long `cleanup()`, and what is under way, may take. */
  readonly cleanupTimeoutMs: number;
}
