/**
 * Tells whether a version lies in a range.
 *
 * @module
 */
import { satisfies, tryParse, tryParseRange } from "@std/semver";
import { isRange } from "./version_range.ts";

/** Tells whether a version lies in a range; what is none lies nowhere. */
export function isInRange(version: string, range: string): boolean {
  const parsedRange = isRange(range) ? tryParseRange(range) : undefined;
  const parsed = tryParse(version);
  return parsedRange !== undefined && parsed !== undefined &&
    satisfies(parsed, parsedRange);
}
