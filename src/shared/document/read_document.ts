/**
 * What reading a text in JSON or YAML comes to, and the limits that hold for
 * both formats.
 *
 * @module
 */
import type { Issue } from "../errors.ts";

/** A text that was read. */
export interface ReadDocument {
  /** What the text says; meaningless where there are issues. */
  readonly value: unknown;
  /** What keeps the text from being used. */
  readonly issues: readonly Issue[];
}

/**
 * How many values a text may hold, each counted as often as aliases repeat it.
 * What this library reads is metadata: code, the one thing that grows, is a
 * single value.
 */
export const MAX_VALUES = 20_000;

/** How deep a text may be nested. */
export const MAX_DEPTH = 100;

/** The words for a key that changes the prototype of what it is copied to. */
export const FORBIDDEN_KEY = "is a forbidden key";

/** The words for a text that holds too much, or `undefined`. */
export function refusalOf(depth: number, values: number): string | undefined {
  if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
  if (values <= MAX_VALUES) return undefined;
  return `is too complex: it holds more than ${MAX_VALUES} values, ` +
    "counted as often as aliases repeat them";
}

/** An issue with the line and the column of its place in the text. */
export function issueAt(
  message: string,
  { path = [], text, offset }: {
    readonly path?: readonly PropertyKey[];
    readonly text: string;
    readonly offset: number;
  },
): Issue {
  const lines = text.slice(0, offset).split("\n");
  return {
    message,
    path,
    line: lines.length,
    column: lines.at(-1)!.length + 1,
  };
}

/** A text that cannot be read because of what stands at an offset. */
export function unreadable(
  message: string,
  text: string,
  offset: number,
): ReadDocument {
  const words = message.charAt(0).toLowerCase() + message.slice(1);
  return { value: undefined, issues: [issueAt(words, { text, offset })] };
}
