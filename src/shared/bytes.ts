/**
 * Puts bytes together.
 *
 * @module
 */

/**
 * Joins pieces into one.
 *
 * @param pieces The pieces, in order.
 * @returns Their bytes.
 */
export function joinBytes(
  pieces: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
