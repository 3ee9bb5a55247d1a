/**
 * The digest that pins a plugin's code.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * The SHA-256 of a plugin's code, as in the integrity attribute of
 * https://www.w3.org/TR/SRI/.
 *
 * @param code The source text.
 * @returns `sha256-<base64>` over its UTF-8 bytes.
 */
export function digestOf(code: string): string {
  return `sha256-${createHash("sha256").update(code, "utf8").digest("base64")}`;
}
