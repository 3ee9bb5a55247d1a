/**
 * How the first admin is made: with a token that the host prints, or by
 * whoever asks first from this machine.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import type { Peer } from "../http/peer.ts";
import type { Principal } from "./principal.ts";
import { randomToken, tokenDigest } from "./secret_token.ts";

/** Who may make the first admin without the token. */
export type FirstUser = "token" | "loopback" | "open";

/** How long after the start the first admin may be made. */
export const FIRST_USER_MS = 15 * 60_000;

/** What a request shows to register. */
export interface Registration {
  /** Where it comes from. */
  readonly peer: Peer;
  /** Who asks, where it is known. */
  readonly principal: Principal | undefined;
  /** The one-time token, where it was shown. */
  readonly token?: string;
}

/** Decides who may register. */
export class FirstUserGate {
  readonly #mode: FirstUser;
  readonly #users: { readonly count: number };
  readonly #openUntil = Date.now() + FIRST_USER_MS;
  readonly #token = randomToken();

  /**
   * Opens for 15 minutes from now, as long as there is no user.
   *
   * @param mode Who may be first without the token.
   */
  constructor(mode: FirstUser, users: { readonly count: number }) {
    this.#mode = mode;
    this.#users = users;
  }

  /** The token to print, while it is worth something. */
  get token():
    | { readonly token: string; readonly expiresAt: number }
    | undefined {
    if (!this.isOpen) return undefined;
    return { token: this.#token, expiresAt: this.#openUntil };
  }

  /** Whether the first admin can be made now. */
  get isOpen(): boolean {
    return this.#users.count === 0 && Date.now() < this.#openUntil;
  }

  /** Whether a registration without the token is open to a peer. */
  isOpenTo(peer: Peer): boolean {
    if (!this.isOpen) return false;
    return this.#mode === "open" || (this.#mode === "loopback" && peer.isLocal);
  }

  /** Whether a request may register the first admin. */
  allowsFirst({ peer, token }: Registration): boolean {
    return this.isOpenTo(peer) || (this.isOpen && this.#isToken(token));
  }

  #isToken(shown: string | undefined): boolean {
    if (shown === undefined) return false;
    return timingSafeEqual(
      Buffer.from(tokenDigest(shown)),
      Buffer.from(tokenDigest(this.#token)),
    );
  }
}
