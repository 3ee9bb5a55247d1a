/**
 * What the registry keeps by digest: plugins' code and signed releases, as
 * gzip.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { PluginError } from "../../shared/errors.ts";

/** The longest text that an agent unpacks. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The address of a text.
 *
 * @param text The text.
 * @returns The SHA-256 of its UTF-8 bytes, in hexadecimal.
 */
export function addressOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Packs a text. */
export async function pack(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/**
 * Unpacks a text, and checks that it is the one that was asked for.
 *
 * @param digest Its address.
 * @param packed What the registry had under it.
 * @returns The text.
 * @throws {PluginError} `INTEGRITY_MISMATCH` where it is another text, or none.
 */
export async function unpack(
  digest: string,
  packed: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const text = await inflate(packed).catch((cause) => {
    throw mismatch(digest, "it cannot be unpacked", cause);
  });
  if (text === undefined) throw mismatch(digest, "it is too long");
  const found = addressOf(text);
  if (found !== digest) throw mismatch(digest, `its digest is ${found}`);
  return text;
}

/** A small file can unpack to what fills the memory; that ends early. */
async function inflate(
  packed: Uint8Array<ArrayBuffer>,
): Promise<string | undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let [text, bytes] = ["", 0];
  const stream = new Blob([packed]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function mismatch(
  digest: string,
  state: string,
  cause?: unknown,
): PluginError {
  const message = `Cannot use bundle "${digest}" of the fleet: ${state}`;
  return new PluginError("INTEGRITY_MISMATCH", message, { cause });
}
