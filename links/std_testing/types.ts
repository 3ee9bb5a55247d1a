/**
 * Stands in for `jsr:@std/testing/types` where JSR is not reachable, over the
 * npm library that the original was taken from.
 *
 * @module
 */
export { assert as assertType } from "conditional-type-checks";
export type {
  AssertFalse,
  AssertTrue,
  Has,
  IsAny,
  IsExact,
  IsNever,
  IsNullable,
  IsUnknown,
  NotHas,
} from "conditional-type-checks";
