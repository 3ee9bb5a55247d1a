/**
 * Tells whether a plugin works with this version of the handler.
 *
 * @module
 */
import { satisfies, tryParse, tryParseRange } from "@std/semver";

/** How long a range may be: reading one takes time for each of its parts. */
export const MAX_RANGE = 500;

/** Tells whether a text is a range of versions. */
export function isRange(text: string): boolean {
  return text.length <= MAX_RANGE && text.trim() !== "" &&
    tryParseRange(text) !== undefined;
}

/** Tells whether a version lies in a range that {@linkcode isRange} accepts. */
export function isInRange(version: string, range: string): boolean {
  const parsed = isRange(range) ? tryParseRange(range) : undefined;
  const parsedVersion = tryParse(version);
  return parsed !== undefined && parsedVersion !== undefined &&
    satisfies(parsedVersion, parsed);
}
