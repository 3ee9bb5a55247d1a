/**
 * Reads the text of a CREATE TABLE statement, so that two of them can be
 * compared by what they declare instead of by how they are written.
 *
 * @module
 */
import {
  meaningfulTokens,
  type SqlToken,
  unquoteIdentifier,
} from "../sql/sql_text.ts";

/** What a CREATE TABLE statement declares. */
export interface DeclaredTable {
  /** What stands behind each column's name. */
  readonly columns: ReadonlyMap<string, string>;
  /** The table's own constraints, sorted. */
  readonly constraints: readonly string[];
  /** What stands behind the closing parenthesis. */
  readonly options: string;
}

const CONSTRAINT = /^(?:constraint|primary key|unique \(|check \(|foreign key)/;

/**
 * Reads a CREATE TABLE statement.
 *
 * @returns What it declares; undefined for any other form of statement.
 */
export function readTable(sql: string): DeclaredTable | undefined {
  const tokens = meaningfulTokens(sql);
  const open = tokens.findIndex(({ text }) => text === "(");
  const close = tokens.findLastIndex(({ text }) => text === ")");
  if (open < 0 || close < open) return undefined;
  const columns = new Map<string, string>();
  const constraints: string[] = [];
  for (const part of splitAtCommas(tokens.slice(open + 1, close))) {
    const [name, ...rest] = part;
    if (name === undefined) return undefined;
    const text = spell(part);
    if (name.kind === "word" && CONSTRAINT.test(text)) constraints.push(text);
    else columns.set(unquoteIdentifier(name.text), spell(rest));
  }
  return {
    columns,
    constraints: constraints.sort(),
    options: spell(tokens.slice(close + 1)),
  };
}

/**
 * Whether two declarations mean the same table. The order of columns does not
 * matter.
 */
export function sameTable(
  a: DeclaredTable | undefined,
  b: DeclaredTable | undefined,
): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.columns.size !== b.columns.size || a.options !== b.options) {
    return false;
  }
  for (const [name, text] of a.columns) {
    if (b.columns.get(name) !== text) return false;
  }
  return a.constraints.length === b.constraints.length &&
    a.constraints.every((text, index) => text === b.constraints[index]);
}

function splitAtCommas(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    if (token.text === "," && depth === 0) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}

// Quotes and case of a name do not matter to SQLite; those of a string do.
function spell(tokens: readonly SqlToken[]): string {
  return tokens.filter(({ text }) => text !== ";").map(({ kind, text }) =>
    kind === "string" ? text : unquoteIdentifier(text).toLowerCase()
  ).join(" ");
}
