/**
 * The hashes under which verification services know plugins.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * The original's hash: over metadata alone, so that it says nothing of the
 * code.
 *
 * @returns SHA-256 in lower-case hexadecimal digits.
 */
export function metadataHash(
  manifest: {
    description?: string | null;
    repository: string;
    version: string;
  },
): string {
  const { description, repository, version } = manifest;
  const text = `${description ?? ""}${repository}${version}`
    .replaceAll("\n", ":::")
    .replaceAll(" ", "/x/");
  return hexDigest(text);
}

/**
 * The hash of the code itself.
 *
 * @returns SHA-256 of its UTF-8 bytes in lower-case hexadecimal digits.
 */
export function codeHash(code: string): string {
  return hexDigest(code);
}

function hexDigest(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
