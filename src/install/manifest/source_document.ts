/**
 * A parsed text that knows on which line everything stands: the interface
 * behind which JSON and YAML are read, and the limits that hold for both.
 *
 * @module
 */
import type { Issue } from "../../shared/errors.ts";

/** A parsed text. */
export interface SourceDocument {
  /** What the text says; meaningless where there are issues. */
  readonly value: unknown;
  /** What keeps the text from being read. */
  readonly issues: readonly Issue[];
  /** What is odd about the text. */
  readonly warnings: readonly Issue[];
  /** The line of a value, or of the closest thing around it. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/**
 * The tokens that a text may have. A manifest is metadata: its code, the one
 * thing that grows, is a single token. The limit bounds the time and the
 * memory that a hostile text can cost.
 */
export const MAX_TOKENS = 20_000;

/** How deep a text may be nested. */
export const MAX_DEPTH = 100;

/** The words for a text that {@linkcode MAX_TOKENS} refuses. */
export const TOO_COMPLEX =
  `has more than ${MAX_TOKENS} tokens, which is too complex for a manifest`;

/** The words for a text that {@linkcode MAX_DEPTH} refuses. */
export const TOO_DEEP = `is nested deeper than ${MAX_DEPTH} levels`;

/** A document that cannot be read at all. */
export function unreadable(message: string, line?: number): SourceDocument {
  const issue = { message, path: [], ...(line !== undefined && { line }) };
  return {
    value: undefined,
    issues: [issue],
    warnings: [],
    lineOf: () => undefined,
  };
}

/**
 * Finds what both formats can express and a manifest may not: nesting without
 * an end, and `__proto__` keys, which change the prototype of what they are
 * copied to.
 *
 * @param value The parsed text.
 * @returns The problems; only the first one where nesting is too deep.
 */
export function findForbidden(value: unknown): Issue[] {
  const issues: Issue[] = [];
  const path: string[] = [];
  function visit(node: unknown): boolean {
    if (typeof node !== "object" || node === null) return true;
    if (path.length >= MAX_DEPTH) return false;
    for (const [key, child] of Object.entries(node)) {
      path.push(key);
      if (key === "__proto__") {
        issues.push({ message: "is a forbidden key", path: [...path] });
      }
      if (!visit(child)) return false;
      path.pop();
    }
    return true;
  }
  if (visit(value)) return issues;
  return [{ message: TOO_DEEP, path: path.slice(0, 1) }];
}
