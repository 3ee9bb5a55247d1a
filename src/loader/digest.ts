/**
 * The digest by which code is recognised.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * The SHA-256 of code, in the form that subresource integrity uses.
 * Synchronous, since saving a plugin is.
 *
 * @param code The source text; its UTF-8 bytes are hashed.
 * @returns `sha256-` and the digest in base64.
 */
export function digestOf(code: string): string {
  return `sha256-${createHash("sha256").update(code, "utf8").digest("base64")}`;
}
