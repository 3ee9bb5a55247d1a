/**
 * Tells what has to be awaited from what does not.
 *
 * @module
 */

/**
 * Whether `await` would wait for a value.
 *
 * @returns Whether it is a promise, of whatever make.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}
