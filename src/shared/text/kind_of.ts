/**
 * Says of which kind a value is.
 *
 * @module
 */

/**
 * Whether a value is an object that is neither an array nor a function.
 *
 * @returns Whether it is one.
 */
export function isObject(
  value: unknown,
): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What a value is, for a message.
 *
 * @returns such as `a string` or `an array`.
 */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  const type = typeof value;
  if (type === "string") return "a string";
  return type === "object" ? "an object" : `a ${type}`;
}
