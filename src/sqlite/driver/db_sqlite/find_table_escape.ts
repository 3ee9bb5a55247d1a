/**
 * Keeps a plugin's statements to one table where SQLite's authorizer cannot be
 * reached: it reads the text of each statement before it is prepared. What it
 * does not recognise is refused.
 *
 * @module
 */
import { isOwnIndex } from "../own_index.ts";
import { isForbiddenFunction } from "../../sql/forbidden_functions.ts";
import {
  meaningfulTokens,
  type SqlToken,
  unquoteIdentifier,
} from "../../sql/sql_text.ts";

const STARTS: ReadonlySet<string> = new Set([
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "PRAGMA",
]);
// A table follows these; anywhere else a table's name is only an alias.
const BEFORE_TABLE: ReadonlySet<string> = new Set([
  "FROM",
  "JOIN",
  "INTO",
]);
const REFUSED_WORDS: ReadonlySet<string> = new Set([
  "WITH",
  "ATTACH",
  "DETACH",
  "VACUUM",
  "CREATE",
  "DROP",
  "ALTER",
  "REINDEX",
  "ANALYZE",
]);
const OWN_PRAGMAS: ReadonlySet<string> = new Set([
  "TABLE_XINFO",
  "TABLE_LIST",
  "INDEX_LIST",
]);
// Not ON and USING: a comma after a join's condition joins one more table.
const AFTER_FROM: ReadonlySet<string> = new Set([
  "WHERE",
  "GROUP",
  "ORDER",
  "LIMIT",
  "SET",
  "VALUES",
  "SELECT",
  "HAVING",
  "UNION",
  "EXCEPT",
  "INTERSECT",
]);

/** Words that call the function of their name. */
const OPERATORS: ReadonlySet<string> = new Set([
  "glob",
  "like",
  "match",
  "regexp",
]);

/**
 * What a statement does beyond one table.
 *
 * @returns What it does, or undefined when it stays within.
 */
export function findTableEscape(
  sql: string,
  table: string,
): string | undefined {
  const tokens = meaningfulTokens(sql);
  const start = upper(tokens[0]);
  if (!STARTS.has(start)) return `starts with "${tokens[0]?.text ?? ""}"`;
  if (start === "PRAGMA") return checkPragma(tokens, table);
  return new Guard(tokens, table).check();
}

/** The call of a function that is not SQLite's own, as an operator too. */
export function findCall(
  sql: string,
  foreign: ReadonlySet<string>,
): string | undefined {
  const tokens = meaningfulTokens(sql);
  for (let i = 0; i < tokens.length; i++) {
    const { kind, text } = tokens[i]!;
    if (kind !== "word" && kind !== "identifier") continue;
    const name = unquoteIdentifier(text).toLowerCase();
    const isCall = tokens[i + 1]?.text === "(" ||
      (kind === "word" && OPERATORS.has(name));
    if (isCall && foreign.has(name)) return `calls "${name}"`;
  }
  return undefined;
}

class Guard {
  readonly #tokens: readonly SqlToken[];
  readonly #table: string;
  /** For each open parenthesis, whether a FROM clause is being read in it. */
  readonly #inFrom: boolean[] = [false];

  constructor(tokens: readonly SqlToken[], table: string) {
    this.#tokens = tokens;
    this.#table = table.toLowerCase();
  }

  check(): string | undefined {
    for (let i = 0; i < this.#tokens.length; i++) {
      const found = this.#checkToken(i);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #checkToken(i: number): string | undefined {
    const token = this.#tokens[i]!;
    if (token.kind === "broken") return "holds an open quote";
    if (token.kind === "symbol") return this.#checkSymbol(token.text);
    if (token.kind !== "word" && token.kind !== "identifier") return undefined;
    if (this.#next(i)?.text === "(" && isForbiddenFunction(nameOf(token))) {
      return `calls "${nameOf(token)}"`;
    }
    return token.kind === "word" ? this.#checkWord(i, upper(token)) : undefined;
  }

  #checkSymbol(text: string): string | undefined {
    if (text === ";") return "holds several statements";
    if (text === "(") this.#inFrom.push(false);
    if (text === ")") this.#inFrom.pop();
    // A comma in a FROM clause joins another table.
    return text === "," && this.#inFrom.at(-1)
      ? "joins tables with a comma"
      : undefined;
  }

  #checkWord(i: number, word: string): string | undefined {
    if (this.#isName(i)) return undefined;
    if (REFUSED_WORDS.has(word)) return `uses ${word}`;
    if (AFTER_FROM.has(word)) this.#inFrom[this.#inFrom.length - 1] = false;
    if (word === "IN") return this.#checkIn(i);
    if (word === "UPDATE" && i === 0) return this.#checkTable(1);
    if (!BEFORE_TABLE.has(word) || this.#isDistinctFrom(i)) return undefined;
    if (word !== "INTO") this.#inFrom[this.#inFrom.length - 1] = true;
    return this.#checkTable(i + 1);
  }

  // `IN table` reads a table without any SELECT.
  #checkIn(i: number): string | undefined {
    const next = this.#next(i);
    return next?.text === "(" ? undefined : `reads "${next?.text ?? ""}"`;
  }

  #checkTable(i: number): string | undefined {
    const token = this.#tokens[i];
    if (token === undefined) return "names no table";
    if (token.text === "(" && upper(this.#next(i)) === "SELECT") {
      return undefined;
    }
    const name = nameOf(token).toLowerCase();
    const isJson = (name === "json_each" || name === "json_tree") &&
      this.#next(i)?.text === "(";
    if (isJson) return undefined;
    const isQualified = this.#next(i)?.text === ".";
    return name === this.#table && !isQualified
      ? undefined
      : `reaches "${nameOf(token)}"`;
  }

  // Behind a dot a word names a column, whatever it spells.
  #isName(i: number): boolean {
    return this.#tokens[i - 1]?.text === ".";
  }

  #isDistinctFrom(i: number): boolean {
    return upper(this.#tokens[i - 1]) === "DISTINCT" &&
      ["IS", "NOT"].includes(upper(this.#tokens[i - 2]));
  }

  #next(i: number): SqlToken | undefined {
    return this.#tokens[i + 1];
  }
}

function checkPragma(
  tokens: readonly SqlToken[],
  table: string,
): string | undefined {
  const [, name, open, argument, close, ...rest] = tokens;
  const isPlain = open?.text === "(" && close?.text === ")" &&
    rest.length === 0 && argument !== undefined;
  const of = argument === undefined ? "" : nameOf(argument);
  const own = table.toLowerCase();
  const isOwn = upper(name) === "INDEX_INFO"
    ? isOwnIndex(of, own)
    : OWN_PRAGMAS.has(upper(name)) && of.toLowerCase() === own;
  return isPlain && isOwn ? undefined : `runs the pragma "${name?.text ?? ""}"`;
}

function upper(token: SqlToken | undefined): string {
  return token?.kind === "word" ? token.text.toUpperCase() : "";
}

function nameOf(token: SqlToken): string {
  return unquoteIdentifier(token.text);
}
