/**
 * Tells the line of an offset, however often it is asked.
 *
 * @module
 */

/** The lines of a text; found out when the first one is asked for. */
export class LineIndex {
  readonly #text: string;
  #starts: number[] | undefined;

  /** @param text The text. */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * The line of an offset.
   *
   * @param offset The offset in the text.
   * @returns The line, from 1.
   */
  lineAt(offset: number): number {
    const starts = this.#starts ??= startsOf(this.#text);
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}
