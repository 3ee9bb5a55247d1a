/**
 * Who asks, and what their role lets them do.
 *
 * @module
 */

/** What somebody may do: look, act on plugins, or administer. */
export type Role = "viewer" | "operator" | "admin";

/** The roles, each of which may do all that those before it may. */
export const ROLES = ["viewer", "operator", "admin"] as const satisfies Role[];

/** Who asks. */
export interface Principal {
  /** A user, a key, or whoever asks where nobody signs in. */
  readonly kind: "user" | "key" | "anybody";
  /** The id among its kind; 0 for `"anybody"`. */
  readonly id: number;
  /** The name that the audit log shows. */
  readonly name: string;
  /** What it may do. */
  readonly role: Role;
  /** The session of a user, where it signed in. */
  readonly session?: number;
}

/** Tells whether a role includes another. */
export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
