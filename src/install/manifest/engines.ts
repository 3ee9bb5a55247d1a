/**
 * Tells whether a plugin works with this version of the handler.
 *
 * @module
 */
import { parse, satisfies, tryParseRange } from "@std/semver";

/** Tells whether a text is a range of versions. */
export function isRange(text: string): boolean {
  return text.trim() !== "" && tryParseRange(text) !== undefined;
}

/** Tells whether a version lies in a range that {@linkcode isRange} accepts. */
export function isInRange(version: string, range: string): boolean {
  const parsed = tryParseRange(range);
  return parsed !== undefined && satisfies(parse(version), parsed);
}
