/**
 * Draws tables without borders, as wide characters need it.
 *
 * @module
 */
import Table from "cli-table3";
import type { Colours } from "./colours.ts";

const NO_BORDERS = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
  ].map((name) => [name, ""]),
);

/** Draws a table. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
  style: Colours,
): string {
  const table = new Table({
    chars: { ...NO_BORDERS, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    head: head.map((text) => style.bold(text)),
  });
  for (const row of rows) table.push(row.map((cell) => String(cell ?? "")));
  return table.toString().replace(/ +$/gm, "");
}
