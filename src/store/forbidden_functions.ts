/**
 * The SQL functions that reach out of the database, which no plugin may call.
 *
 * @module
 */
import { meaningfulTokens, unquoteIdentifier } from "./sql_text.ts";

const FORBIDDEN: ReadonlySet<string> = new Set([
  "load_extension",
  "fts3_tokenizer",
  "readfile",
  "writefile",
  "edit",
  "fsdir",
  "lsdir",
  "sqlite_dbpage",
  "sqlite_offset",
  "zipfile",
]);

/**
 * Whether a plugin may not call a function.
 *
 * @param name The function's name, in any case.
 * @returns Whether it is refused.
 */
export function isForbiddenFunction(name: string): boolean {
  return FORBIDDEN.has(name.toLowerCase());
}

/**
 * The first function of a statement that a plugin may not call.
 *
 * @param sql The statement.
 * @returns The function's name, or undefined.
 */
export function findForbiddenCall(sql: string): string | undefined {
  const tokens = meaningfulTokens(sql);
  for (let i = 0; i + 1 < tokens.length; i++) {
    const { kind, text } = tokens[i]!;
    if (kind !== "word" && kind !== "identifier") continue;
    const name = unquoteIdentifier(text);
    if (tokens[i + 1]!.text === "(" && isForbiddenFunction(name)) return name;
  }
  return undefined;
}
