/**
 * The action codes of SQLite's authorizer that policies know.
 *
 * @module
 */

/** Action codes, as `sqlite3.h` fixes them. */
export const ACTION = {
  CREATE_INDEX: 1,
  CREATE_TABLE: 2,
  DELETE: 9,
  INSERT: 18,
  PRAGMA: 19,
  READ: 20,
  SELECT: 21,
  UPDATE: 23,
  ATTACH: 24,
  FUNCTION: 31,
  RECURSIVE: 33,
} as const;
