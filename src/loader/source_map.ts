/**
 * Makes an inline source map fit to be applied by the runtime, which puts the
 * lines and columns of the map into stack traces.
 *
 * @module
 */
import { Buffer } from "node:buffer";

const COMMENT =
  /\/\/[#@]\s*sourceMappingURL=data:application\/json(?:;charset=[^;,\s]*)?(;base64)?,(\S*)[ \t]*\s*$/;

/**
 * Rewrites the inline source map at the end of source text, where there is one.
 * Sources by absolute URL are given relative names, since the runtime would
 * show them in place of the module, and nobody could tell whose error it is.
 * The original text is left out: nothing reads it, and it stays in memory.
 *
 * @param code The source text.
 * @returns The source text with its map rewritten, or without it where the map
 * is malformed.
 */
export function withRelativeSourceMap(code: string): string {
  const at = code.lastIndexOf("sourceMappingURL=data:");
  if (at < 0) return code;
  const start = code.lastIndexOf("\n", at) + 1;
  const match = COMMENT.exec(code.slice(start));
  if (match === null) return code;
  const before = code.slice(0, start + match.index);
  const map = readMap(match[2]!, match[1] !== undefined);
  if (map === undefined) return before;
  return `${before}//# sourceMappingURL=data:application/json;base64,${
    Buffer.from(JSON.stringify(map)).toString("base64")
  }`;
}

function readMap(data: string, base64: boolean): object | undefined {
  try {
    const text = base64
      ? Buffer.from(data, "base64").toString()
      : decodeURIComponent(data);
    const map: unknown = JSON.parse(text);
    return isFlatMap(map)
      ? {
        version: 3,
        sources: map.sources.map((_, index) => `${index}.js`),
        names: Array.isArray(map.names) ? map.names : [],
        mappings: map.mappings,
      }
      : undefined;
  } catch {
    return undefined;
  }
}

function isFlatMap(
  map: unknown,
): map is { sources: unknown[]; names?: unknown; mappings: string } {
  return typeof map === "object" && map !== null && "sources" in map &&
    Array.isArray(map.sources) && "mappings" in map &&
    typeof map.mappings === "string";
}
