/**
 * The one way in which tests wait for what no promise tells of.
 *
 * @module
 */

/** Longer than anything takes on a machine that is busy with something else. */
export const PATIENCE_MS = 60_000;

/**
 * Looks often whether something holds, and fails by name where it never does.
 *
 * @param what What is waited for, as the failure says it.
 * @param holds Looks.
 * @returns What `holds` gave, the first time that it was truthy.
 */
export async function waitFor<T>(
  what: string,
  holds: () => T | Promise<T>,
): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const held = await holds();
    if (held) return held;
    if (performance.now() > end) {
      throw new Error(`Waited ${PATIENCE_MS / 1_000} s in vain: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
