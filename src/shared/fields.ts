/**
 * Form fields and query strings as plain objects.
 *
 * @module
 */

/**
 * Turns name-value pairs into an object.
 *
 * @returns A text under each name, a list of texts where a name occurs more
 * than once.
 */
export function fieldsOf(
  pairs: URLSearchParams,
): Record<string, string | string[]> {
  // One pass: asking for each name's values would look at every pair each time.
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const before = fields.get(name);
    if (Array.isArray(before)) before.push(value);
    else fields.set(name, before === undefined ? value : [before, value]);
  }
  // `fromEntries` defines, so that a field may have any name.
  return Object.fromEntries(fields);
}
