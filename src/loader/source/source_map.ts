/**
 * Makes an inline source map fit to be applied by the runtime, which puts the
 * lines and columns of the map into stack traces.
 *
 * @module
 */
import { mappedAddress } from "../../shared/stack/module_labels.ts";
import { isCode } from "./module_references.ts";

const COMMENT =
  /\/\/[#@]\s*sourceMappingURL=data:application\/json(?:;charset=[^;,\s]*)?(;base64)?,(\S*)[ \t]*\s*$/;
/** On a line of its own nothing but such a comment looks like this. */
const SURE = /^[ \t]*\/\/[#@]\s*\S*;base64,[\w+/=-]*\s*$/;

/** A source map, as far as the runtime reads it. */
export interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly names: readonly unknown[];
  readonly mappings: string;
}

/** An inline source map, and where it was found. */
export interface InlineSourceMap {
  /** Where its comment begins. */
  readonly start: number;
  /** The map; undefined where it is malformed. */
  readonly map: SourceMap | undefined;
}

/**
 * Finds the inline source map at the end of source text. Sources are given
 * addresses that tell whose they are, since the runtime shows those in place of
 * the module's. The original text is left out: nothing reads it, and it stays in
 * memory.
 *
 * @returns The map; undefined where there is none.
 */
export async function inlineSourceMap(
  code: string,
  sourcesKey: string,
): Promise<InlineSourceMap | undefined> {
  const at = code.lastIndexOf("sourceMappingURL=data:");
  if (at < 0) return undefined;
  const line = code.lastIndexOf("\n", at) + 1;
  const match = COMMENT.exec(code.slice(line));
  if (match === null) return undefined;
  const start = line + match.index;
  // The same text may be the end of a string or of a template.
  if (!SURE.test(code.slice(line)) && !await isCode(code.slice(0, start))) {
    return undefined;
  }
  const text = textOf(match[2]!, match[1] !== undefined);
  const map = text === undefined ? undefined : readSourceMap(text, sourcesKey);
  return { start, map };
}

/** The comment that holds a map. */
export function sourceMapComment(map: SourceMap): string {
  return `//# sourceMappingURL=data:application/json;base64,${
    new TextEncoder().encode(JSON.stringify(map)).toBase64()
  }`;
}

function textOf(data: string, isBase64: boolean): string | undefined {
  try {
    return isBase64
      ? new TextDecoder().decode(Uint8Array.fromBase64(data))
      : decodeURIComponent(data);
  } catch {
    return undefined;
  }
}

/**
 * Reads a source map.
 *
 * @param text The map as JSON.
 * @returns The map; undefined where it is malformed.
 */
export function readSourceMap(
  text: string,
  sourcesKey: string,
): SourceMap | undefined {
  try {
    const map: unknown = JSON.parse(text);
    return isFlatMap(map)
      ? {
        version: 3,
        sources: map.sources.map((source) =>
          mappedAddress(sourcesKey, String(source ?? ""))
        ),
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
