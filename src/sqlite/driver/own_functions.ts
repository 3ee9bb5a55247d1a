/**
 * The functions that SQLite itself brings: one that the host registered, or
 * loaded, may do anything.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { isForbiddenFunction } from "../sql/forbidden_functions.ts";

let functions: ReadonlySet<string> | undefined;

/** Whether a plugin may call a function, named in any case. */
export function isOwnFunction(name: string): boolean {
  functions ??= namesOfFunctions();
  return functions.has(name.toLowerCase()) && !isForbiddenFunction(name);
}

function namesOfFunctions(): Set<string> {
  using fresh = new DatabaseSync(":memory:");
  const rows = fresh.prepare("SELECT name FROM pragma_function_list").all();
  return new Set(rows.map(({ name }) => String(name).toLowerCase()));
}
