/**
 * Cuts a text that grows into the JSON objects that it consists of, looking at
 * each character once.
 *
 * @module
 */

/** What matters for where an object begins and ends. */
const OUTSIDE = /\{/g;
const INSIDE = /[{}"]/g;
const IN_STRING = /["\\]/g;

/** Holds what is not complete yet. */
export class ObjectCutter {
  // Only ever appended to: to look into it would copy it together each time.
  #held = "";
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /** How much is held. */
  get length(): number {
    return this.#held.length;
  }

  /**
   * Takes more text.
   *
   * @returns What is complete: an object, or what stood before one that is none.
   */
  push(text: string): string[] {
    const complete: string[] = [];
    let start = 0;
    const cutAt = (end: number): void => {
      const piece = this.#held + text.slice(start, end);
      this.#held = "";
      start = end;
      if (piece.trim() !== "") complete.push(piece);
    };
    for (let at = this.#brace(text, 0); at >= 0;) {
      if (text[at] === "{" && this.#depth++ === 0) cutAt(at);
      else if (text[at] === "}" && --this.#depth === 0) cutAt(at + 1);
      at = this.#brace(text, at + 1);
    }
    this.#held += text.slice(start);
    return complete;
  }

  /** Hands out what is held, and starts over. */
  take(): string {
    const held = this.#held;
    this.#held = "";
    this.#depth = 0;
    this.#isInString = this.#isEscaped = false;
    return held;
  }

  /** Where the next brace outside of strings is, or -1. */
  #brace(text: string, from: number): number {
    let next = from;
    if (this.#isEscaped && next < text.length) {
      this.#isEscaped = false;
      next++;
    }
    for (;;) {
      const at = this.#token(text, next);
      if (at < 0) return -1;
      next = at + 1;
      if (text[at] === '"') this.#isInString = !this.#isInString;
      else if (text[at] !== "\\") return at;
      else if (next < text.length) next++;
      else this.#isEscaped = true;
    }
  }

  #token(text: string, from: number): number {
    const expression = this.#isInString
      ? IN_STRING
      : this.#depth === 0
      ? OUTSIDE
      : INSIDE;
    expression.lastIndex = from;
    return expression.exec(text)?.index ?? -1;
  }
}
