/**
 * The SQL functions that reach out of the database, or tell of what others did
 * on the same connection, which no plugin may call.
 *
 * @module
 */
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
  "changes",
  "total_changes",
  "last_insert_rowid",
]);

/** Whether a plugin may not call a function. */
export function isForbiddenFunction(name: string): boolean {
  return FORBIDDEN.has(name.toLowerCase());
}
