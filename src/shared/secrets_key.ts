/**
 * The host's secret, and the keys that are derived from it: one for each
 * purpose, so that what is made for one is worth nothing for another.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import type { OptionRule } from "./option_rules.ts";

/**
 * A secret of the host's, kept outside of the database: at least 16 random
 * bytes, or a string of at least 16 characters.
 */
export type SecretsKey = string | Uint8Array;

/** What a host may set as its secret. */
export const aSecretsKey: OptionRule = {
  allowed: "at least 16 bytes, or a string of at least 16 characters",
  accepts: isSecretsKey,
  secret: true,
};

/** What a host may set as the secrets that it had before. */
export const secretsKeys: OptionRule = {
  allowed: "an array of keys as secretsKey takes them",
  accepts: (value) => Array.isArray(value) && value.every(isSecretsKey),
  secret: true,
};

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

function isSecretsKey(value: unknown): boolean {
  return (typeof value === "string" || value instanceof Uint8Array) &&
    value.length >= 16;
}
