/**
 * Finds what `@std/yaml` reads otherwise than it looks: a tab in the
 * indentation, which silently moves a key up, and keys that are no scalars, of
 * which it makes strings. It goes over the text once and counts what there is,
 * so that a hostile text is refused before anything is built of it.
 *
 * @module
 */
import { refusalOf } from "./read_document.ts";

/** What is wrong, and where. */
export interface Misread {
  /** What is wrong. */
  readonly message: string;
  /** The offset of it in the text. */
  readonly offset: number;
}

const TAB = "has a tab in its indentation; indent with spaces";
const NO_SCALAR = "has a key that is no scalar; write the key as a string";

const BEYOND_UNICODE = "has an escape for a code point that there is not";

const TOO_MANY = "has too many lines of which each is worth a warning";

/** The library makes an error with a stack of each line that it warns of. */
const MAX_WARNINGS = 1_000;

const NO_CODE_POINT = /(?<!\\)(?:\\\\)*\\U(?!00(?:0|10))/;
const NO_CONTENT = /(?:%|\.\.\.(?=\s|$))[^\r\n]*/y;
const INDENT = /---(?=\s|$)| */y;
const SPACES = /[ \t]+/y;
const SPACES_AND_BREAKS = /\s+/y;
const COMMENT = /#[^\r\n]*/y;
const EMPTY = /[ \t]*(?=[\r\n]|$)/y;
const BLANK = /[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)/y;
const INDICATOR = /[-?:](?=\s|$)/y;
const COLLECTION_KEY = /\?(?:\s+[[{]|[ \t]*(?:#[^\r\n]*)?[\r\n]|[ \t]+[-?]\s)/y;
const PROPERTY = /[&!]\S*/y;
const BLOCK_SCALAR = /[|>]/y;
const ALIAS = /\*[^\s,[\]{}]*/y;
const COLON = /[ \t]*:(?=\s|$)/y;
const FLOW_COLON = /[ \t]*:/y;
const END_OF_PLAIN = /[\r\n]|:(?=\s|$)|[ \t]#/g;
const END_OF_PLAIN_IN_FLOW = /[,[\]{}\r\n]|:(?=[\s,[\]{}]|$)|[ \t]#/g;
const LINE_BREAK = /\r\n?|\n/g;

/** The first thing in a YAML text that is read otherwise than it looks. */
export function findMisread(text: string): Misread | undefined {
  return new Layout(text).find();
}

class Layout {
  readonly #text: string;
  #at = 0;
  #tokens = 0;
  #warnings = 0;
  #found: Misread | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  find(): Misread | undefined {
    while (!this.#isOver()) this.#readLine();
    return this.#found;
  }

  /** Reads a line that is neither within a scalar nor a flow collection. */
  #readLine(): void {
    const start = this.#at;
    if (this.#skip(NO_CONTENT)) {
      this.#warn();
      return this.#nextLine();
    }
    this.#skip(INDENT);
    if (this.#char === "\t" && !this.#is(BLANK)) return this.#refuse(TAB);
    /** What the lines of a scalar are indented deeper than. */
    let parent = this.#at - start - 1;
    let first: number | undefined;
    for (;;) {
      this.#skip(SPACES);
      if (this.#isOver() || this.#is(BLANK)) return this.#nextLine();
      const column = this.#at - start;
      first ??= column;
      if (this.#is(INDICATOR)) {
        if (this.#is(COLLECTION_KEY)) return this.#refuse(NO_SCALAR);
        if (this.#char !== ":") parent = column;
        this.#at++;
        first = undefined;
      } else if (this.#skip(BLOCK_SCALAR)) return this.#skipDeeper(parent);
      else if (!this.#skip(PROPERTY)) {
        const isPlain = this.#readNode(parent);
        if (this.#skip(COLON)) [parent, first] = [first, undefined];
        else if (isPlain) return this.#skipDeeper(parent);
      }
    }
  }

  /** Reads a scalar or a flow collection; tells whether it is a plain scalar. */
  #readNode(parent: number): boolean {
    this.#count();
    const start = this.#at;
    switch (this.#char) {
      case '"':
      case "'":
        this.#skipQuoted(parent);
        return false;
      case "[":
      case "{":
        this.#readFlow(parent);
        if (this.#is(COLON)) this.#refuse(NO_SCALAR, start);
        return false;
      case "*":
        this.#skip(ALIAS);
        if (this.#is(COLON)) this.#refuse(NO_SCALAR, start);
        return false;
      default:
        this.#skipTo(END_OF_PLAIN);
        return true;
    }
  }

  #readFlow(parent: number): void {
    let depth = 0;
    do {
      this.#skip(SPACES_AND_BREAKS);
      const start = this.#at;
      const char = this.#char;
      if (char === "[" || char === "{") depth++, this.#at++;
      else if (char === "]" || char === "}") {
        depth--, this.#at++;
        if (depth > 0 && this.#is(FLOW_COLON)) this.#refuse(NO_SCALAR, start);
      } else if (this.#is(COLLECTION_KEY)) this.#refuse(NO_SCALAR);
      else if (char === "*") {
        this.#skip(ALIAS);
        if (this.#is(FLOW_COLON)) this.#refuse(NO_SCALAR, start);
      } else if (char === '"' || char === "'") {
        this.#skipQuoted(parent);
      } else if (!this.#skip(COMMENT)) {
        this.#at++;
        if (!",:".includes(char)) this.#skipTo(END_OF_PLAIN_IN_FLOW);
      }
      this.#count(depth);
    } while (depth > 0 && !this.#isOver());
  }

  #skipQuoted(parent: number): void {
    const start = this.#at;
    this.#at = this.#endOfQuoted();
    const quoted = this.#text.slice(start, this.#at);
    const escape = quoted.startsWith('"') ? NO_CODE_POINT.exec(quoted) : null;
    if (escape) this.#refuse(BEYOND_UNICODE, start + escape.index);
    if (!/[\r\n]/.test(quoted)) return;
    const shallow = new RegExp(
      `[\\r\\n](?![ \\t]*[\\r\\n])(?! {${parent + 1}})`,
      "g",
    );
    while (this.#found === undefined && shallow.test(quoted)) this.#warn();
  }

  #endOfQuoted(): number {
    const text = this.#text;
    const quote = this.#char;
    for (let end = this.#at;;) {
      end = text.indexOf(quote, end + 1);
      if (end < 0) return text.length;
      if (quote === '"') {
        let before = end;
        while (text[before - 1] === "\\") before--;
        if ((end - before) % 2 === 0) return end + 1;
      } else if (text[end + 1] !== quote) return end + 1;
      else end++;
    }
  }

  /** Skips the rest of a scalar: the lines that are indented deeper. */
  #skipDeeper(parent: number): void {
    this.#nextLine();
    while (!this.#isOver()) {
      const start = this.#at;
      this.#skip(INDENT);
      if (!this.#is(EMPTY) && this.#at - start <= parent) {
        this.#at = start;
        return;
      }
      this.#nextLine();
    }
  }

  #nextLine(): void {
    LINE_BREAK.lastIndex = this.#at;
    const found = LINE_BREAK.exec(this.#text);
    this.#at = found ? LINE_BREAK.lastIndex : this.#text.length;
  }

  get #char(): string {
    return this.#text.charAt(this.#at);
  }

  #isOver(): boolean {
    return this.#found !== undefined || this.#at >= this.#text.length;
  }

  #is(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  #skip(pattern: RegExp): boolean {
    if (!this.#is(pattern)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #skipTo(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    this.#at = pattern.exec(this.#text)?.index ?? this.#text.length;
  }

  #warn(): void {
    if (++this.#warnings > MAX_WARNINGS) this.#refuse(TOO_MANY);
  }

  #count(depth = 0): void {
    // A key is a token of its own.
    const message = refusalOf(depth, Math.floor(++this.#tokens / 2));
    if (message !== undefined) this.#refuse(message);
  }

  #refuse(message: string, offset = this.#at): void {
    this.#found ??= { message, offset };
  }
}
