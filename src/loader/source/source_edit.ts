/**
 * Puts text into a module without moving what stack traces say of it: lines
 * keep their numbers, and an inline source map follows the columns.
 *
 * @module
 */
import type { ColumnShift } from "../../shared/text/column_shift.ts";
import { shiftMappings } from "./shift_mappings.ts";
import {
  inlineSourceMap,
  readSourceMap,
  sourceMapComment,
} from "./source_map.ts";

/** Text to put in, without line ends. */
export interface Insertion {
  /** Where, as a place in the text as it was. */
  readonly at: number;
  /** What. */
  readonly text: string;
}

/** Text with something in it that was not there. */
export interface EditedSource {
  /** The text. */
  readonly code: string;
  /** What was put in, where no source map tells of it. */
  readonly shifts: readonly ColumnShift[];
}

/**
 * Puts text in.
 *
 * @param insertions What to put in, in the order of their places.
 * @param maps What the addresses of the map's sources hold, and the map where
 * it is kept beside the text.
 * @returns The text, with its source map inline, or left out where that is
 * malformed.
 */
export async function withInsertions(
  code: string,
  insertions: readonly Insertion[],
  { sourcesKey, sourceMap }: {
    readonly sourcesKey: string;
    readonly sourceMap?: string | undefined;
  },
): Promise<EditedSource> {
  if (sourceMap !== undefined) code += "\n";
  const found = sourceMap === undefined
    ? await inlineSourceMap(code, sourcesKey)
    : { start: code.length, map: readSourceMap(sourceMap, sourcesKey) };
  const shifts = shiftsOf(code, insertions);
  if (found === undefined) return { code: insert(code, insertions), shifts };
  const text = insert(code.slice(0, found.start), insertions);
  if (found.map === undefined) return { code: text, shifts };
  const mappings = shiftMappings(found.map.mappings, shifts);
  const comment = sourceMapComment({ ...found.map, mappings });
  return { code: text + comment, shifts: [] };
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

/** Walks the lines once, however many insertions there are. */
function shiftsOf(
  code: string,
  insertions: readonly Insertion[],
): ColumnShift[] {
  let line = 0;
  let start = 0;
  let end = code.indexOf("\n");
  return insertions.map(({ at, text }) => {
    while (end >= 0 && end < at) {
      line++;
      start = end + 1;
      end = code.indexOf("\n", start);
    }
    return { line, column: at - start, length: text.length };
  });
}
