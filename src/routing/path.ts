/**
 * How a path is cut into segments, the same way for routes and for requests.
 *
 * A query string or fragment is cut off; slashes at the start and at the end,
 * and doubled ones, do not count: `update/7`, `/update/7/` and `//update//7`
 * are one path. Each segment is percent-decoded on its own, so that `%2F` is a
 * character of a segment and never separates two.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";

/** One segment of a pattern. */
export type PatternSegment =
  /** Text that must be there. */
  | { readonly kind: "static"; readonly text: string }
  /** `:name`, or `*` before the end, which matches without a name. */
  | { readonly kind: "param"; readonly name: string | undefined }
  /** `*` at the end: all that is left, also nothing. */
  | { readonly kind: "wildcard" };

/**
 * Cuts the path of a request into its decoded segments.
 *
 * @param path The path, with or without its leading slash and query string.
 * @returns The segments that are not empty.
 * @throws {PluginError} `INVALID_REQUEST` for a malformed percent escape.
 */
export function splitPath(path: string): string[] {
  const segments = rawSegments(path);
  return path.includes("%") ? segments.map(decodeSegment) : segments;
}

/**
 * Cuts the path of a route into what each segment matches. A segment with a
 * percent escape means the text that it stands for; one that is malformed is
 * taken as it is.
 *
 * @param pattern The path that a plugin declared.
 * @returns The segments that are not empty.
 */
export function parsePattern(pattern: string): PatternSegment[] {
  const segments = rawSegments(pattern);
  return segments.map((text, index) => {
    if (text === "*") {
      return index === segments.length - 1
        ? { kind: "wildcard" }
        : { kind: "param", name: undefined };
    }
    if (text.length > 1 && text.startsWith(":")) {
      return { kind: "param", name: text.slice(1) };
    }
    return { kind: "static", text: decodeLeniently(text) };
  });
}

/** In one pass: a pattern is matched at every request. */
function rawSegments(path: string): string[] {
  const segments: string[] = [];
  let start = 0;
  let end = 0;
  for (; end < path.length; end++) {
    const code = path.charCodeAt(end);
    if (code === QUESTION_MARK || code === NUMBER_SIGN) break;
    if (code !== SLASH) continue;
    if (end > start) segments.push(path.slice(start, end));
    start = end + 1;
  }
  if (end > start) segments.push(path.slice(start, end));
  return segments;
}

const SLASH = 0x2f;
const QUESTION_MARK = 0x3f;
const NUMBER_SIGN = 0x23;

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new PluginError(
      "INVALID_REQUEST",
      `Cannot decode the path segment "${segment}": its percent escapes are malformed`,
      { cause },
    );
  }
}

function decodeLeniently(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
