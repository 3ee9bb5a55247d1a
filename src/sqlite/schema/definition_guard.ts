/**
 * What the statement that makes a plugin's table may hold.
 *
 * @module
 */
import { isForbiddenFunction } from "../sql/forbidden_functions.ts";
import { meaningfulTokens, unquoteIdentifier } from "../sql/sql_text.ts";

/**
 * What a CREATE TABLE statement does beyond one table. A reference to another
 * table would let a plugin probe its keys, and keep its rows from being
 * deleted.
 *
 * @returns What it does, or undefined when it stays within.
 */
export function findDefinitionEscape(
  sql: string,
  table: string,
): string | undefined {
  const tokens = meaningfulTokens(sql);
  for (let i = 0; i < tokens.length; i++) {
    const { kind, text } = tokens[i]!;
    const next = tokens[i + 1]?.text ?? "";
    if (kind === "broken" || text === ";") return "holds several statements";
    if (kind !== "word" && kind !== "identifier") continue;
    const name = unquoteIdentifier(text);
    if (next === "(" && isForbiddenFunction(name)) return `calls "${name}"`;
    const isReference = kind === "word" && /^references$/i.test(text);
    const target = unquoteIdentifier(next);
    if (isReference && target.toLowerCase() !== table.toLowerCase()) {
      return `refers to "${target}"`;
    }
  }
  return undefined;
}
