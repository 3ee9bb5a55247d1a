/**
 * Waits for something no longer than a limit.
 *
 * @module
 */

/**
 * Waits for a promise up to a limit.
 *
 * @param pending What to wait for; its later rejection is nobody's business.
 * @param limitMs Milliseconds; 0 waits without a limit.
 * @param onLimit Makes the error that the limit rejects with.
 * @returns What the promise resolves to.
 */
export function withinLimit<R>(
  pending: PromiseLike<R>,
  limitMs: number,
  onLimit: () => unknown,
): Promise<R> {
  if (limitMs <= 0) return Promise.resolve(pending);
  return new Promise<R>((resolve, reject) => {
    const timer = setTimeout(() => reject(onLimit()), limitMs);
    pending.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
