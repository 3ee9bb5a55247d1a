/**
 * The host's secret, and the keys that are derived from it: one for each
 * purpose, so that what is made for one is worth nothing for another.
 *
 * @module
 */
import { nodeCrypto } from "./node_crypto.ts";

/**
 * A secret of the host's, kept outside of the database: 32 random bytes, their
 * base64, or a string as hard to guess.
 */
export type SecretsKey = string | Uint8Array;

/** The secrets of a host. */
export interface SecretsKeys {
  /** The one that seals and encrypts; without it there is neither. */
  readonly secretsKey?: SecretsKey | undefined;
  /** Those whose work is still good. */
  readonly previousSecretsKeys?: readonly SecretsKey[] | undefined;
}

/** How many bytes a key has that was made for the purpose. */
const KEY_BYTES = 32;
const BASE64 = /^[\w+/-]{43}=?$/;

/**
 * The bytes of a secret: those that its base64 stands for, else its own.
 *
 * @param secret The host's secret.
 * @returns Its bytes.
 */
export function keyBytes(secret: SecretsKey): Uint8Array<ArrayBuffer> {
  if (typeof secret !== "string") return new Uint8Array(secret);
  if (!BASE64.test(secret)) return new TextEncoder().encode(secret);
  const alphabet = /[-_]/.test(secret) ? "base64url" : "base64";
  try {
    const bytes = Uint8Array.fromBase64(secret, { alphabet });
    if (bytes.length === KEY_BYTES) return bytes;
  } catch {
    // It only looks like one.
  }
  return new TextEncoder().encode(secret);
}

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
  const hmac = nodeCrypto().createHmac("sha256", keyBytes(secret))
    .update(`dockstat-${purpose}`);
  return new Uint8Array(hmac.digest());
}
