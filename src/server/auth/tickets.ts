/**
 * Tickets: what a browser opens a socket with, since it can give one no
 * header. Each is used once, within half a minute.
 *
 * @module
 */
import type { Principal } from "./principal.ts";
import { randomToken, tokenDigest } from "./secret_token.ts";

const VALID_MS = 30_000;
const MAX_TICKETS = 1_000;

/** A ticket, shown this once. */
export interface Ticket {
  /** What the socket's address carries. */
  readonly ticket: string;
  /** When it ends, in Unix milliseconds. */
  readonly expiresAt: number;
}

/** Hands out tickets and takes them back. */
export class Tickets {
  readonly #tickets = new Map<
    string,
    { readonly principal: Principal; readonly expiresAt: number }
  >();

  /** Hands out a ticket. */
  issue(principal: Principal): Ticket {
    const ticket = randomToken();
    const expiresAt = Date.now() + VALID_MS;
    this.#forgetEnded();
    this.#tickets.set(tokenDigest(ticket), { principal, expiresAt });
    return { ticket, expiresAt };
  }

  /** Takes a ticket; a second time it is worth nothing. */
  redeem(ticket: string): Principal | undefined {
    const digest = tokenDigest(ticket);
    const found = this.#tickets.get(digest);
    this.#tickets.delete(digest);
    if (found === undefined || found.expiresAt <= Date.now()) return undefined;
    return found.principal;
  }

  /** Ends the tickets of a session. */
  drop(userId: number): void {
    for (const [digest, { principal }] of this.#tickets) {
      if (principal.kind === "user" && principal.id === userId) {
        this.#tickets.delete(digest);
      }
    }
  }

  #forgetEnded(): void {
    const now = Date.now();
    for (const [digest, { expiresAt }] of this.#tickets) {
      if (expiresAt > now && this.#tickets.size < MAX_TICKETS) return;
      this.#tickets.delete(digest);
    }
  }
}
