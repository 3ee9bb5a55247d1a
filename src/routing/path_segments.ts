/**
 * How a path is cut into segments, the same way for routes and for requests.
 *
 * Slashes at the start and at the end, and doubled ones, do not count:
 * `update/7`, `/update/7/` and `//update//7` are one path. Each segment is
 * percent-decoded on its own, so that `%2F` is a character of a segment and
 * never separates two. A request's query string and fragment are left out; a
 * pattern is taken whole.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";

/** One segment of a pattern. */
export type PatternSegment =
  /** Text that must be there. */
  | { readonly kind: "static"; readonly text: string }
  /**
   * `:name`, or `*` before the end, which matches without a name. `:name?` at
   * the end also matches where there is no such segment.
   */
  | {
    readonly kind: "param";
    readonly name: string | undefined;
    readonly optional: boolean;
  }
  /** `*` at the end: all that is left, also nothing. */
  | { readonly kind: "wildcard" };

/**
 * Cuts the path of a request into its decoded segments.
 *
 * @param path The path, with or without its leading slash and query string.
 * @returns The segments that are not empty.
 * @throws {PluginError} `INVALID_REQUEST` for a malformed percent escape, and
 * for `.` and `..`, which whoever looked at the path before may have read as
 * another one.
 */
export function splitPath(path: string): string[] {
  const raw = rawSegments(path, endOfPath(path));
  const segments = path.includes("%") ? raw.map(decodeSegment) : raw;
  for (const segment of segments) {
    if (segment === "." || segment === "..") throw dotSegment(path);
  }
  return segments;
}

/**
 * What is left of a request's path behind its first segments, as it was sent:
 * not decoded, and with all its slashes.
 *
 * @returns The rest, without the slash in front of it.
 */
export function restOfPath(path: string, count: number): string {
  const end = endOfPath(path);
  let at = 0;
  for (let left = count; left > 0; left--) {
    while (path.charCodeAt(at) === SLASH) at++;
    while (at < end && path.charCodeAt(at) !== SLASH) at++;
  }
  if (path.charCodeAt(at) === SLASH) at++;
  return path.slice(at, end);
}

/**
 * Cuts the path of a route into what each segment matches. A segment with a
 * percent escape means the text that it stands for; one that is malformed is
 * taken as it is.
 *
 * @returns The segments that are not empty.
 */
export function parsePattern(pattern: string): PatternSegment[] {
  const segments = rawSegments(pattern, pattern.length);
  return segments.map((text, index) =>
    parseSegment(text, index === segments.length - 1)
  );
}

function parseSegment(text: string, isLast: boolean): PatternSegment {
  if (text === "*") {
    return isLast
      ? { kind: "wildcard" }
      : { kind: "param", name: undefined, optional: false };
  }
  const [, name, optional] = PARAMETER.exec(text) ?? [];
  return name === undefined
    ? { kind: "static", text: decodeLeniently(text) }
    : { kind: "param", name, optional: isLast && optional === "?" };
}

const PARAMETER = /^:([^{}()*+?#:]+)(\??)$/;

/**
 * Says what of a pattern does not do what whoever wrote it may expect.
 *
 * @returns One message for each oddity, to be read after the pattern's name.
 */
export function patternWarnings(pattern: string): string[] {
  const raw = rawSegments(pattern, pattern.length);
  const warnings = raw.flatMap((text, index) =>
    segmentWarning(text, index === raw.length - 1) ?? []
  );
  const names = parsePattern(pattern).flatMap((it) =>
    it.kind === "param" && it.name !== undefined ? [it.name] : []
  );
  for (const name of new Set(names)) {
    if (names.indexOf(name) === names.lastIndexOf(name)) continue;
    warnings.push(`names the parameter ":${name}" twice; the last one counts`);
  }
  return warnings;
}

function segmentWarning(text: string, isLast: boolean): string | undefined {
  const what = JSON.stringify(text);
  if (text === "*") return undefined;
  if (PARAMETER.test(text)) {
    return isLast || !text.endsWith("?")
      ? undefined
      : `holds ${what} before its end, where it must be there in every request; declare the path without it as a route of its own`;
  }
  if (text === "." || text === "..") {
    return `holds ${what}, which no request may hold`;
  }
  return /^:|[*?#]/.test(text)
    ? `holds ${what}, which is no pattern and is compared as text; there are :name, a trailing :name? and a trailing *`
    : undefined;
}

/** In one pass: a pattern is matched at every request. */
function rawSegments(path: string, end: number): string[] {
  const segments: string[] = [];
  let start = 0;
  for (let at = 0; at < end; at++) {
    if (path.charCodeAt(at) !== SLASH) continue;
    if (at > start) segments.push(path.slice(start, at));
    start = at + 1;
  }
  if (end > start) segments.push(path.slice(start, end));
  return segments;
}

/** Where the query string or the fragment begins. */
function endOfPath(path: string): number {
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === QUESTION_MARK || code === NUMBER_SIGN) return at;
  }
  return path.length;
}

function dotSegment(path: string): PluginError {
  return new PluginError(
    "INVALID_REQUEST",
    `Cannot answer the path "${path}": it holds a "." or ".." segment; send the path that is meant`,
  );
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
