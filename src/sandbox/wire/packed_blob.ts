/**
 * The bytes of blobs, read ahead: a blob gives them as a promise only, and a
 * message is encoded at once.
 *
 * @module
 */

const packed = new WeakMap<Blob, Uint8Array>();

/**
 * Reads the blobs of a form, or a blob itself.
 *
 * @param value Anything; what holds no blob needs no waiting.
 * @returns Undefined at once where nothing has to be read.
 */
export function packBlobs(value: unknown): Promise<void> | undefined {
  const blobs = value instanceof Blob
    ? [value]
    : value instanceof FormData
    ? [...value.values()].filter((part) => part instanceof Blob)
    : [];
  if (blobs.length === 0) return undefined;
  return Promise.all(blobs.map(async (blob) => {
    packed.set(blob, await blob.bytes());
  })).then(() => {});
}

/**
 * The bytes of a blob that was read by {@linkcode packBlobs}.
 *
 * @returns Its bytes; undefined where it was not read.
 */
export function packedBytes(blob: Blob): Uint8Array | undefined {
  return packed.get(blob);
}
