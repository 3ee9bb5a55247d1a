/**
 * What stands for a table where a plugin declares none.
 *
 * @module
 */

/** Has no members, so that whatever is called on it does not compile. */
// deno-lint-ignore no-empty-interface -- what a table has is what it lacks
export interface NoTableDeclared {}

/** The rows of a plugin that declares no table in the place where it is defined. */
export interface NoRows {
  /** Tells it apart from rows; never there. */
  readonly "~noTable": never;
}
