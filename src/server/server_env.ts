/**
 * What a request carries through the server.
 *
 * @module
 */
import type { Principal } from "./auth/principal.ts";
import type { Peer } from "./http/peer.ts";

/** Hono's environment of this server. */
export interface ServerEnv {
  /** What earlier steps leave for later ones. */
  Variables: {
    /** Where the request comes from. */
    peer: Peer;
    /** Who asks, where that is known. */
    principal: Principal | undefined;
  };
}
