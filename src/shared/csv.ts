/**
 * Lines of CSV (RFC 4180).
 *
 * @module
 */

/** A line of values, with its end. */
export function csvLine(
  values: readonly (string | number | null)[],
): string {
  return `${values.map(field).join(",")}\r\n`;
}

/** A spreadsheet runs what begins like a formula: a quote keeps it as it is. */
function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
