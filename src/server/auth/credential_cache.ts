/**
 * Remembers for half a minute whom a verified credential belongs to, so that
 * not every request of a program verifies it anew.
 *
 * @module
 */
import type { Principal } from "./principal.ts";
import { tokenDigest } from "./secret_token.ts";

const KEPT_MS = 30_000;
const MAX_ENTRIES = 1_000;

interface Entry {
  readonly principal: Principal;
  readonly until: number;
}

/** Whom a credential belongs to, and until when. */
export interface Verified {
  /** Who showed it. */
  readonly principal: Principal;
  /** When the credential itself ends, in Unix milliseconds. */
  readonly validUntil?: number;
}

/** Whose credentials are forgotten. */
export type CredentialOwner = Pick<Principal, "kind" | "id"> & {
  /** One session alone. */
  readonly session?: number;
};

/** A bounded map from the digests of credentials to principals. */
export class CredentialCache {
  readonly #entries = new Map<string, Entry>();
  #changes = 0;

  /** How often credentials were forgotten. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * Whom a credential belongs to.
   *
   * @param find Finds it out; what it does not find is not remembered.
   */
  async get(
    credential: string,
    find: () => Promise<Verified | undefined> | Verified | undefined,
  ): Promise<Principal | undefined> {
    const digest = tokenDigest(credential);
    const now = Date.now();
    const known = this.#entries.get(digest);
    if (known !== undefined && known.until > now) return known.principal;
    this.#entries.delete(digest);
    const { changes } = this;
    const found = await find();
    // What was dropped meanwhile may have been this one.
    if (found !== undefined && changes === this.changes) {
      const until = Math.min(now + KEPT_MS, found.validUntil ?? Infinity);
      this.#entries.set(digest, { principal: found.principal, until });
      this.#shrink();
    }
    return found?.principal;
  }

  /** Forgets the credentials of somebody. */
  drop({ kind, id, session }: CredentialOwner): void {
    this.#changes++;
    for (const [digest, { principal }] of this.#entries) {
      if (principal.kind !== kind || principal.id !== id) continue;
      if (session !== undefined && principal.session !== session) continue;
      this.#entries.delete(digest);
    }
  }

  #shrink(): void {
    // The oldest stand first.
    for (const digest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_ENTRIES) return;
      this.#entries.delete(digest);
    }
  }
}
