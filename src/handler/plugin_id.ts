/**
 * The ids of plugins as hosts hand them over.
 *
 * @module
 */

/** Safe integers only, written as they are shown. */
const DIGITS = /^[1-9]\d{0,14}$/;

/**
 * An id as it is kept. Hosts often have it as a string, out of a URL.
 *
 * @param id The id, as it came.
 * @returns The number, or what came where it stands for none.
 */
export function idOf(id: number): number {
  const given: unknown = id;
  if (typeof given === "bigint") return Number(given);
  return typeof given === "string" && DIGITS.test(given) ? Number(given) : id;
}
