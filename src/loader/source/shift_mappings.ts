/**
 * Moves the columns of a source map's mappings behind text that was put in.
 *
 * @module
 */

import type { ColumnShift } from "../../shared/text/column_shift.ts";

const DIGITS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Moves columns.
 *
 * @param mappings The mappings, as base64 VLQ.
 * @param shifts What was put in, in the order of their places.
 * @returns The mappings of the text with it.
 */
export function shiftMappings(
  mappings: string,
  shifts: readonly ColumnShift[],
): string {
  if (shifts.length === 0) return mappings;
  const lines = mappings.split(";");
  const byLine = Map.groupBy(shifts, ({ line }) => line);
  for (const [line, those] of byLine) {
    const text = lines[line];
    if (text !== undefined) lines[line] = shiftLine(text, those);
  }
  return lines.join(";");
}

/** The first field of a segment is its column, relative to the one before. */
function shiftLine(line: string, shifts: readonly ColumnShift[]): string {
  const waiting = shifts.values();
  let next = waiting.next().value;
  let column = 0;
  return line.split(",").map((segment) => {
    const { value, length } = readNumber(segment);
    if (length === 0) return segment;
    column += value;
    let moved = value;
    while (next !== undefined && next.column <= column) {
      moved += next.length;
      next = waiting.next().value;
    }
    return moved === value
      ? segment
      : writeNumber(moved) + segment.slice(length);
  }).join(",");
}

function readNumber(text: string): { value: number; length: number } {
  let value = 0;
  let scale = 1;
  for (let length = 0; length < Math.min(text.length, 8); length++) {
    const digit = DIGITS.indexOf(text[length]!);
    if (digit < 0) break;
    value += (digit & 31) * scale;
    scale *= 32;
    if (digit < 32) {
      const size = Math.floor(value / 2);
      return { value: value % 2 === 1 ? -size : size, length: length + 1 };
    }
  }
  return { value: 0, length: 0 };
}

function writeNumber(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = "";
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += DIGITS[rest > 0 ? digit + 32 : digit];
  } while (rest > 0);
  return text;
}
