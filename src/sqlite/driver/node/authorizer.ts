/**
 * Where a connection of `node:sqlite` asks whether a statement may do what it
 * is about to do. One authorizer is installed for the connection's life, since
 * installing one expires every prepared statement; what it consults changes.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { NodeDatabase } from "./node_sqlite_types.ts";

/** What SQLite tells about one access, in the order of its callback. */
export interface Access {
  /** The action code. */
  readonly action: number;
  /** Mostly the table. */
  readonly first: string | null;
  /** Mostly the column; of a function its name. */
  readonly second: string | null;
  /** The schema, such as `main`. */
  readonly schema: string | null;
}

/** Decides about the statements that are compiled while it is in force. */
export interface AccessPolicy {
  /** Whether the access is allowed. */
  allows(access: Access): boolean;
}

const OK = 0;
const DENY = 1;
const gates = new WeakMap<DatabaseSync, AuthorizerGate>();

/** The authorizer of one connection. */
export class AuthorizerGate {
  #policy: AccessPolicy | undefined;
  #compilations = 0;

  /**
   * Grows whenever a statement of the connection is compiled, also when SQLite
   * compiles a cached one again after a schema change.
   */
  get compilations(): number {
    return this.#compilations;
  }

  /** The gate of a connection, installed at the first call. */
  static of(handle: DatabaseSync): AuthorizerGate {
    const known = gates.get(handle);
    if (known) return known;
    const gate = new AuthorizerGate();
    (handle as NodeDatabase).setAuthorizer((action, first, second, schema) =>
      gate.#check({ action, first, second, schema })
    );
    gates.set(handle, gate);
    return gate;
  }

  /** Runs `fn` with a policy in force. */
  under<R>(policy: AccessPolicy, fn: () => R): R {
    const outer = this.#policy;
    this.#policy = policy;
    try {
      return fn();
    } finally {
      this.#policy = outer;
    }
  }

  #check(access: Access): number {
    this.#compilations++;
    return this.#policy === undefined || this.#policy.allows(access)
      ? OK
      : DENY;
  }
}
