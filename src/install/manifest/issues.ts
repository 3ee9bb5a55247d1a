/**
 * Puts lists of problems into words.
 *
 * @module
 */
import type { z } from "zod";
import { type Issue, ValidationError } from "../../shared/errors.ts";

/** How many problems a message spells out; the error's `issues` hold all. */
const SPELLED_OUT = 10;

/**
 * One problem as text.
 *
 * @param issue The problem.
 * @returns `<path> (line <n>): <message>`, without the parts that are unknown.
 */
export function formatIssue({ message, path, line }: Issue): string {
  const parts = path.map((key) =>
    typeof key === "number" ? `[${key}]` : `.${clip(String(key))}`
  );
  const place = parts.join("").replace(/^\./, "");
  if (line === undefined) {
    return place === "" ? message : `${place}: ${message}`;
  }
  return place === ""
    ? `line ${line}: ${message}`
    : `${place} (line ${line}): ${message}`;
}

/**
 * Shortens what a stranger wrote to what fits into a message.
 *
 * @param text The text.
 * @returns At most 120 characters of it.
 */
export function clip(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
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

/** Says what zod says in the words of this library. */
export function wordIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_value") {
    return `is none of ${issue.values.map(String).join(", ")}`;
  }
  if (issue.code !== "invalid_type") return undefined;
  if (issue.input === undefined) return "is missing";
  const got = issue.input === null
    ? "null"
    : Array.isArray(issue.input)
    ? "array"
    : typeof issue.input;
  const hint = issue.expected === "string" && got === "number"
    ? ", so put it in quotes"
    : "";
  return `is of type ${got} and not ${issue.expected}${hint}`;
}
