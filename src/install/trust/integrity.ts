/**
 * Digests of code in the form of https://www.w3.org/TR/SRI/.
 *
 * @module
 */
import { digestOf } from "../../shared/digest.ts";
import { PluginError } from "../../shared/errors.ts";
import { nodeCrypto } from "../../shared/secret/node_crypto.ts";
import { clip } from "../manifest/issues.ts";

/** The algorithms, the strongest first, with their length in bytes. */
const ALGORITHMS = [["sha512", 64], ["sha384", 48], ["sha256", 32]] as const;

interface Digest {
  readonly algorithm: string;
  readonly bytes: Uint8Array;
}

/** The digests of the strongest algorithm that a text names. */
function strongestDigests(integrity: string): Digest[] {
  const tokens = integrity.split(/\s+/);
  for (const [algorithm, length] of ALGORITHMS) {
    const digests = tokens
      .filter((token) => token.startsWith(`${algorithm}-`))
      .map((token) => token.slice(algorithm.length + 1).replace(/\?.*$/, ""))
      .map((base64) => ({ algorithm, bytes: fromBase64(base64) }))
      .filter(({ bytes }) => bytes?.length === length) as Digest[];
    if (digests.length > 0) return digests;
  }
  return [];
}

/** The bytes behind canonical base64, or `undefined`. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    return undefined;
  }
}

/** Tells whether a text names a digest that can be checked. */
export function isIntegrity(text: string): boolean {
  return strongestDigests(text).length > 0;
}

/**
 * Tells whether a text is what its digests promise. As in the specification,
 * the strongest algorithm decides, and one of its digests must match.
 *
 * @param integrity One or several digests, separated by spaces.
 */
export function matchesIntegrity(code: string, integrity: string): boolean {
  return strongestDigests(integrity).some(({ algorithm, bytes }) => {
    const { createHash, timingSafeEqual } = nodeCrypto();
    const digest = createHash(algorithm).update(code, "utf8").digest();
    return timingSafeEqual(digest, bytes);
  });
}

/**
 * Refuses code that is not what its manifest promises.
 *
 * @param manifest The name, for the message, and the promise.
 * @throws {PluginError} `INTEGRITY_MISMATCH`.
 */
export function checkIntegrity(
  { name, integrity }: { name: string; integrity?: string | undefined },
  code: string,
): void {
  if (integrity === undefined || matchesIntegrity(code, integrity)) return;
  throw new PluginError(
    "INTEGRITY_MISMATCH",
    `Cannot trust plugin "${name}": its code is not what its integrity ` +
      `promises; expected ${clip(integrity)}, found ${digestOf(code)}`,
  );
}
