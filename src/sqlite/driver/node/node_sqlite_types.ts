/**
 * What `node:sqlite` of Deno has and its type declarations lack.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The callback of `setAuthorizer`. */
export type Authorizer = (
  action: number,
  first: string | null,
  second: string | null,
  schema: string | null,
  trigger: string | null,
) => number;

/** A connection with all its methods. */
export type NodeDatabase = DatabaseSync & {
  setAuthorizer(callback: Authorizer | null): void;
  serialize(): Uint8Array;
  deserialize(bytes: Uint8Array): void;
};

/** A statement with all its methods. */
export type NodeStatement = StatementSync & {
  setReturnArrays(enabled: boolean): void;
};
