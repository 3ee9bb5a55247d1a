/**
 * Reading and quoting SQL text: tokens, identifiers, string literals,
 * placeholders. It knows no statement, only the lexical rules of SQLite.
 *
 * @module
 */
import { storeError } from "../store_error.ts";

/** What a stretch of SQL text is. */
export type SqlTokenKind =
  | "space"
  | "comment"
  | "string"
  | "identifier"
  | "word"
  | "number"
  | "parameter"
  | "symbol"
  | "broken";

/** A stretch of SQL text. */
export interface SqlToken {
  /** What it is; `broken` is a string, identifier or comment without an end. */
  readonly kind: SqlTokenKind;
  /** The text as written. */
  readonly text: string;
}

/** Everything that needs no end to be looked for. */
const PLAIN =
  /(\s+)|(--[^\n]*)|([\p{L}_\u0080-\u{10FFFF}][\p{L}\p{N}_$\u0080-\u{10FFFF}]*)|(\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\.\d[\w]*(?:(?<=[eE])[+-]\d+)?)|(\?\d*|[:@$#][\p{L}\p{N}_$:]+)|([^])/uy;

const PLAIN_KINDS: readonly SqlTokenKind[] = [
  "space",
  "comment",
  "word",
  "number",
  "parameter",
  "symbol",
];

/**
 * Splits SQL text into tokens that together are the text again, in a time that
 * grows with its length, whatever it holds.
 */
export function tokenize(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  const closers = new Closers(sql);
  for (let at = 0; at < sql.length;) {
    const token = closers.quoted(at) ?? plainToken(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function plainToken(sql: string, at: number): SqlToken {
  PLAIN.lastIndex = at;
  const match = PLAIN.exec(sql)!;
  const index = match.findIndex((group, i) => i > 0 && group !== undefined);
  return { kind: PLAIN_KINDS[index - 1]!, text: match[0] };
}

/** Finds the ends of what has one. */
class Closers {
  readonly #sql: string;
  /** What does not occur in the rest of the text; it is not looked for again. */
  readonly #missing = new Set<string>();

  constructor(sql: string) {
    this.#sql = sql;
  }

  /** What begins here with a quote or the like, if anything does. */
  quoted(at: number): SqlToken | undefined {
    const sql = this.#sql;
    switch (sql[at]) {
      case "'":
        return this.#token("string", at, this.#endOfQuote("'", at));
      case "x":
      case "X":
        if (sql[at + 1] !== "'") return undefined;
        return this.#blob(at);
      case '"':
      case "`":
        return this.#token("identifier", at, this.#endOfQuote(sql[at]!, at));
      case "[":
        return this.#token("identifier", at, this.#find("]", at + 1));
      case "/":
        if (sql[at + 1] !== "*") return undefined;
        return this.#token("comment", at, this.#find("*/", at + 2));
      default:
        return undefined;
    }
  }

  /** Without its end, the letter is a word, and the quote is looked at next. */
  #blob(at: number): SqlToken | undefined {
    const end = this.#endOfQuote("'", at + 1);
    return end < 0 ? undefined : this.#token("string", at, end);
  }

  #token(kind: SqlTokenKind, at: number, end: number): SqlToken {
    if (end >= 0) return { kind, text: this.#sql.slice(at, end) };
    const length = this.#sql[at] === "/" ? 2 : 1;
    return { kind: "broken", text: this.#sql.slice(at, at + length) };
  }

  /** Two quotes inside stand for one. */
  #endOfQuote(quote: string, at: number): number {
    let end = this.#find(quote, at + 1);
    while (end > 0 && this.#sql[end] === quote) {
      end = this.#find(quote, end + 1);
    }
    return end;
  }

  /** Where the next one ends, or -1. */
  #find(closer: string, from: number): number {
    if (this.#missing.has(closer)) return -1;
    const at = this.#sql.indexOf(closer, from);
    if (at >= 0) return at + closer.length;
    this.#missing.add(closer);
    return -1;
  }
}

/** The tokens that SQLite acts on: no white space, no comments. */
export function meaningfulTokens(sql: string): SqlToken[] {
  return tokenize(sql).filter(({ kind }) =>
    kind !== "space" && kind !== "comment"
  );
}

/**
 * Quotes an identifier.
 *
 * @throws {PluginError} `STORE_FAILED` when it is not a string, is empty, or
 * holds a NUL, at which SQLite would stop reading.
 */
export function quoteIdentifier(name: string): string {
  if (typeof name !== "string" || name === "" || name.includes("\0")) {
    throw storeError(
      `Cannot use "${String(name)}" as an identifier: ` +
        "it must be a string that is not empty and holds no NUL",
    );
  }
  return `"${name.includes('"') ? name.replaceAll('"', '""') : name}"`;
}

/**
 * Quotes the name of a column where it is used, in backticks: a name in double
 * quotes that no table has is a string to some builds of SQLite, so that a
 * misspelt column would match every row.
 *
 * @throws {PluginError} `STORE_FAILED` as {@linkcode quoteIdentifier}.
 */
export function quoteColumn(name: string): string {
  if (typeof name !== "string" || name === "" || name.includes("\0")) {
    return quoteIdentifier(name);
  }
  return `\`${name.includes("`") ? name.replaceAll("`", "``") : name}\``;
}

/** Takes the quotes off an identifier. */
export function unquoteIdentifier(text: string): string {
  const first = text[0];
  if (first === "[") return text.slice(1, -1);
  if (first !== '"' && first !== "`" && first !== "'") return text;
  return text.slice(1, -1).replaceAll(first + first, first);
}

/**
 * Writes a string literal.
 *
 * @throws {PluginError} `STORE_FAILED` when it holds a NUL.
 */
export function quoteString(text: string): string {
  if (text.includes("\0")) {
    throw storeError("Cannot write a string literal: it holds a NUL");
  }
  return `'${text.replaceAll("'", "''")}'`;
}

/** What is left of most statements: each ? in it stands for a value. */
const SIMPLE = /^[\w\s.,=?()*<>+|]*$/;

/**
 * How many values a statement takes, given by position.
 *
 * @throws {PluginError} `STORE_FAILED` when it holds a named placeholder.
 */
export function countParameters(sql: string): number {
  if (!/[?:@$#]/.test(sql)) return 0;
  const bare = sql.replace(/"[^"]*"|`[^`]*`/g, "");
  // Most need not be taken apart.
  if (SIMPLE.test(bare) && !/\?\d/.test(bare)) {
    return bare.split("?").length - 1;
  }
  let highest = 0;
  for (const { kind, text } of tokenize(sql)) {
    if (kind !== "parameter") continue;
    if (!text.startsWith("?")) {
      throw storeError(
        `Cannot use "${text}" in SQL: only ? stands for a value`,
      );
    }
    highest = text === "?"
      ? highest + 1
      : Math.max(highest, Number(text.slice(1)));
  }
  return highest;
}
