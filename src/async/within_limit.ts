/**
 * Waits for something no longer than a limit.
 *
 * @module
 */
import { isLimit, Timer } from "./timer.ts";

/**
 * Waits for a promise up to a limit.
 *
 * @param pending What to wait for; what it rejects with later is ignored.
 * @param limitMs Milliseconds; 0 and `Infinity` wait without a limit.
 * @param onLimit Makes the error that the limit rejects with.
 */
export function withinLimit<R>(
  pending: PromiseLike<R>,
  limitMs: number,
  onLimit: () => unknown,
): Promise<R> {
  if (!isLimit(limitMs)) return Promise.resolve(pending);
  return new Promise<R>((resolve, reject) => {
    const timer = new Timer(limitMs, () => reject(onLimit()));
    pending.then(
      (value) => {
        timer.stop();
        resolve(value);
      },
      (error) => {
        timer.stop();
        reject(error);
      },
    );
  });
}
