/**
 * Puts lists of problems into words.
 *
 * @module
 */
import { clip as clipAt } from "../../shared/text/clip.ts";
import { type Issue, ValidationError } from "../../shared/errors.ts";

/** How many problems a message spells out; the error's `issues` hold all. */
const SPELLED_OUT = 10;

/**
 * One problem as text.
 *
 * @returns `<path> (line <n>, column <m>): <message>`, without the parts that
 * are unknown.
 */
export function formatIssue({ message, path, line, column }: Issue): string {
  const parts = path.map((key) =>
    typeof key === "number" ? `[${key}]` : `.${clip(String(key))}`
  );
  const field = parts.join("").replace(/^\./, "");
  const words = clip(message, 300);
  if (line === undefined) return field === "" ? words : `${field}: ${words}`;
  const place = column === undefined
    ? `line ${line}`
    : `line ${line}, column ${column}`;
  return field === "" ? `${place}: ${words}` : `${field} (${place}): ${words}`;
}

/**
 * Shortens what a stranger wrote to what fits into a message.
 *
 * @returns The text, or its beginning.
 */
export function clip(text: string, limit = 120): string {
  return clipAt(text, limit);
}

/** Refuses a manifest or a row for all its problems at once. */
export function refuseFor(
  code: "INVALID_MANIFEST" | "INVALID_PLUGIN",
  intent: string,
  issues: readonly Issue[],
): ValidationError {
  const texts = issues.slice(0, SPELLED_OUT).map(formatIssue);
  const rest = issues.length - texts.length;
  if (rest > 0) texts.push(`and ${rest} more`);
  return new ValidationError(code, `${intent}: ${texts.join("; ")}`, {
    issues,
  });
}
