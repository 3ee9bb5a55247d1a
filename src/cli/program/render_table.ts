/**
 * Draws tables without borders, as wide characters need it.
 *
 * @module
 */
import type { Colours } from "./colours.ts";

const GAP = "  ";

/** Draws a table; a cell is one line. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
  style: Colours,
): string {
  const cells = rows.map((row) =>
    head.map((_, column) => String(row[column] ?? "").replace(/\s*\n\s*/g, " "))
  );
  const widths = head.map((title, column) =>
    cells.reduce(
      (widest, row) => Math.max(widest, widthOf(row[column]!)),
      widthOf(title),
    )
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      cell + " ".repeat(Math.max(0, widths[column]! - widthOf(cell)))
    ).join(GAP).trimEnd();
  const titles = line(head.map((title) => style.bold(title)));
  return [titles, ...cells.map(line)].join("\n");
}

// deno-lint-ignore no-control-regex
const COLOUR = /\u001b\[[\d;]*m/g;
const PLAIN = /^[\u0020-\u007e]*$/;
const NO_WIDTH = /^[\p{M}\u200b-\u200d\ufe0f]$/u;
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])$/u;

/** How many places of a terminal a text takes. */
function widthOf(text: string): number {
  const bare = text.replace(COLOUR, "");
  if (PLAIN.test(bare)) return bare.length;
  let width = 0;
  for (const character of bare) {
    if (!NO_WIDTH.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
