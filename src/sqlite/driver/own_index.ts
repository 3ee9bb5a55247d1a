/**
 * The indexes that a table's own definition makes.
 *
 * @module
 */

/** Whether SQLite made an index for a constraint of a table. */
export function isOwnIndex(index: string, table: string): boolean {
  const start = `sqlite_autoindex_${table}_`;
  return index.toLowerCase().startsWith(start) &&
    /^\d+$/.test(index.slice(start.length));
}
