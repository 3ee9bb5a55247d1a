/**
 * How large a value is as text. A value may name a part of itself so often that
 * its JSON form does not fit into memory.
 *
 * @module
 */

/**
 * Whether the JSON form of a value is of a bounded size.
 *
 * @param max About how many characters it may have.
 * @returns Whether it does not have more, each part counted as often as it is
 * referred to.
 */
export function fitsInto(value: unknown, max: number): boolean {
  let left = max;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const part = waiting.pop();
    left -= typeof part === "string" ? part.length + 2 : 4;
    if (left < 0) return false;
    if (typeof part !== "object" || part === null) continue;
    const parts = Array.isArray(part) ? part : Object.values(part);
    if (parts.length > left) return false;
    for (const each of parts) waiting.push(each);
    if (Array.isArray(part)) continue;
    for (const key of Object.keys(part)) left -= key.length + 3;
  }
  return left >= 0;
}
