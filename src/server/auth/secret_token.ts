/**
 * Random tokens, and the digests that are kept of them.
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";

/** A token of 256 random bits, in base64url. */
export function randomToken(prefix = ""): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** The SHA-256 of a token: what is stored, and looked for. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
