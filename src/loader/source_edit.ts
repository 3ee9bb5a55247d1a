/**
 * Puts text into a module without moving what stack traces say of it: lines
 * keep their numbers, and an inline source map follows the columns.
 *
 * @module
 */
import { shiftMappings } from "./shift_mappings.ts";
import { inlineSourceMap, sourceMapComment } from "./source_map.ts";

/** Text to put in, without line ends. */
export interface Insertion {
  /** Where, as a place in the text as it was. */
  readonly at: number;
  /** What. */
  readonly text: string;
}

/**
 * Puts text in.
 *
 * @param code The source text.
 * @param insertions What to put in, in the order of their places.
 * @param sourcesKey What the addresses of the map's sources hold.
 * @returns The text, with its inline source map rewritten, or left out where
 * that is malformed.
 */
export async function withInsertions(
  code: string,
  insertions: readonly Insertion[],
  sourcesKey: string,
): Promise<string> {
  const found = await inlineSourceMap(code, sourcesKey);
  if (found === undefined) return insert(code, insertions);
  const text = insert(code.slice(0, found.start), insertions);
  if (found.map === undefined) return text;
  const mappings = shiftMappings(
    found.map.mappings,
    insertions.map(({ at, text }) => ({
      ...placeOf(code, at),
      length: text.length,
    })),
  );
  return text + sourceMapComment({ ...found.map, mappings });
}

function insert(code: string, insertions: readonly Insertion[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { at, text } of insertions) {
    parts.push(code.slice(from, at), text);
    from = at;
  }
  return parts.join("") + code.slice(from);
}

function placeOf(code: string, at: number): { line: number; column: number } {
  const before = code.slice(0, at);
  let line = 0;
  for (
    let end = before.indexOf("\n");
    end >= 0;
    end = before.indexOf("\n", end + 1)
  ) line++;
  return { line, column: at - (before.lastIndexOf("\n") + 1) };
}
