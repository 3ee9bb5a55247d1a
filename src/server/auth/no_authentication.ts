/**
 * No authentication: whoever reaches the server from this machine is an admin.
 *
 * @module
 */
import type { Authenticator } from "./authenticator.ts";

/** How far the server goes without authentication. */
export interface NoAuthenticationOptions {
  /**
   * Whether requests from other machines are answered too.
   *
   * @default false
   */
  readonly everywhere?: boolean;
}

/**
 * Takes every request from this machine for an admin's.
 *
 * @param options Whether requests from other machines count as well.
 */
export function noAuthentication(
  { everywhere = false }: NoAuthenticationOptions = {},
): Authenticator {
  return {
    authenticate: (_request, peer) =>
      everywhere || peer.isLocal
        ? { kind: "anybody", id: 0, name: "anybody", role: "admin" }
        : undefined,
  };
}
