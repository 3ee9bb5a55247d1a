/**
 * The host's secret, and the keys that are derived from it: one for each
 * purpose, so that what is made for one is worth nothing for another.
 *
 * @module
 */
import { nodeCrypto } from "./node_crypto.ts";

/**
 * A secret of the host's, kept outside of the database: 32 random bytes, their
 * base64, or a text of at least 32 bytes that is as hard to guess.
 */
export type SecretsKey = string | Uint8Array;

/** The secrets of a host. */
export interface SecretsKeys {
  /** The one that seals and encrypts; without it there is neither. */
  readonly secretsKey?: SecretsKey | undefined;
  /** Those whose work is still good. */
  readonly previousSecretsKeys?: readonly SecretsKey[] | undefined;
}

/** How many bytes a key has at least; fewer can be guessed. */
const KEY_BYTES = 32;
const BASE64 = /^[\w+/-]{43}=?$/;
/** What is as long as that in base64, and can only be that of fewer bytes. */
const SHORT_BASE64 = /^(?=.{32,44}$)[\w+/-]+={1,2}$/;

/**
 * Tells whether a value is long enough to be a secret: what was cut short on
 * its way here would encrypt as well, and protect nothing.
 *
 * @returns Whether it is a {@linkcode SecretsKey}.
 */
export function isSecretsKey(value: unknown): value is SecretsKey {
  if (value instanceof Uint8Array) return value.length >= KEY_BYTES;
  if (typeof value !== "string") return false;
  const bytes = keyBytes(value);
  return bytes.length >= KEY_BYTES &&
    (bytes.length === KEY_BYTES || !SHORT_BASE64.test(value));
}

/**
 * The bytes of a secret: those that its base64 stands for, else its own.
 *
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
