/**
 * What a plugin's page may say about its looks: lengths, and names of classes
 * that are its own, so that nothing of the console is worn or covered.
 *
 * @module
 */
import type { Dict } from "./paths.ts";

const LENGTH =
  /^-?[\d.]+(px|rem|em|ch|%|vw|vh|fr)?( -?[\d.]+(px|rem|em|ch|%|vw|vh|fr)?){0,11}$/;
const WORDS = new Set(["auto", "min-content", "max-content", "none"]);

/** A number of pixels, or a length of CSS; nothing else. */
export function length(value: unknown): string | undefined {
  if (typeof value === "number") {
    return Number.isFinite(value) ? `${value}px` : undefined;
  }
  if (typeof value !== "string") return undefined;
  const trimmed = value.trim();
  return WORDS.has(trimmed) || LENGTH.test(trimmed) ? trimmed : undefined;
}

/** Tracks of a grid: a number of equal ones, or lengths. */
export function tracks(value: unknown): string | undefined {
  if (typeof value === "number") {
    const count = Math.min(Math.max(Math.floor(value), 1), 24);
    return Number.isFinite(count)
      ? `repeat(${count}, minmax(0, 1fr))`
      : undefined;
  }
  return length(value);
}

/** One of several words; the first where it is none of them. */
export function oneOf<T extends string>(
  value: unknown,
  allowed: readonly [T, ...T[]],
): T {
  return allowed.includes(value as T) ? value as T : allowed[0];
}

/** The classes of a plugin, each with a prefix that the console does not use. */
export function ownClasses({ className }: Dict): string {
  if (typeof className !== "string") return "";
  return className.split(/\s+/).filter(Boolean).slice(0, 50)
    .map((name) => `p-${name}`).join(" ");
}
