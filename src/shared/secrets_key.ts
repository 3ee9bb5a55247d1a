/**
 * The host's secret, and the keys that are derived from it: one for each
 * purpose, so that what is made for one is worth nothing for another.
 *
 * @module
 */
import { createHmac } from "node:crypto";

/**
 * A secret of the host's, kept outside of the database: 32 random bytes, or a
 * string as hard to guess.
 */
export type SecretsKey = string | Uint8Array;

/**
 * Derives the key for a purpose.
 *
 * @param secret The host's secret.
 * @param purpose What the key is for, such as `store-seal-v1`.
 * @returns 32 bytes.
 */
export function deriveKey(
  secret: SecretsKey,
  purpose: string,
): Uint8Array<ArrayBuffer> {
  const hmac = createHmac("sha256", secret).update(`dockstat-${purpose}`);
  return new Uint8Array(hmac.digest());
}
