/**
 * Form fields and query strings as plain objects.
 *
 * @module
 */

/**
 * Turns name-value pairs into an object.
 *
 * @param pairs The pairs.
 * @returns A text under each name, a list of texts where a name occurs more
 * than once.
 */
export function fieldsOf(
  pairs: URLSearchParams,
): Record<string, string | string[]> {
  // `fromEntries` defines, so that a field may have any name.
  return Object.fromEntries(
    [...new Set(pairs.keys())].map((name) => {
      const values = pairs.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}
