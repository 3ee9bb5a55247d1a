/**
 * The seam of authentication: a request in, who asks out.
 *
 * @module
 */
import type { Peer } from "../http/peer.ts";
import type { Principal } from "./principal.ts";

/** Finds out who asks. */
export interface Authenticator {
  /**
   * Finds out who asks.
   *
   * @param request The request, whose body is not read.
   * @param peer Where it comes from.
   * @returns Who asks, or `undefined` where the request names nobody that this
   * authenticator knows; it never throws for what a client sends.
   */
  authenticate(
    request: Request,
    peer: Peer,
  ): Promise<Principal | undefined> | Principal | undefined;
}

/**
 * Asks several authenticators in turn.
 *
 * @param authenticators Which ones; the first that knows who asks decides.
 */
export function firstOf(
  ...authenticators: readonly Authenticator[]
): Authenticator {
  return {
    async authenticate(request, peer) {
      for (const authenticator of authenticators) {
        const principal = await authenticator.authenticate(request, peer);
        if (principal !== undefined) return principal;
      }
      return undefined;
    },
  };
}
