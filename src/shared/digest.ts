/**
 * The digest that pins a plugin's code.
 *
 * @module
 */
import { nodeCrypto, openedCrypto } from "./secret/node_crypto.ts";

/**
 * The SHA-256 of a plugin's code, as in the integrity attribute of
 * https://www.w3.org/TR/SRI/.
 *
 * @returns `sha256-<base64>` over its UTF-8 bytes.
 */
export function digestOf(code: string): string {
  const hash = nodeCrypto().createHash("sha256").update(code, "utf8");
  return `sha256-${hash.digest("base64")}`;
}

/**
 * The same, for whoever can wait: a start does without `node:crypto`. Where that
 * is loaded already it is quicker than waiting.
 */
export async function digestLater(code: string): Promise<string> {
  if (openedCrypto() !== undefined) return digestOf(code);
  const bytes = new TextEncoder().encode(code);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256-${new Uint8Array(digest).toBase64()}`;
}
