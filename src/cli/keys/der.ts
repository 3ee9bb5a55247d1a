/**
 * The few elements of DER that a key file is made of.
 *
 * @module
 */

import { joinBytes } from "../../shared/bytes.ts";

/** An element: its tag, its length, and what it holds. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, { length }) => sum + length, 0);
  const head = length < 128
    ? [tag, length]
    : length < 256
    ? [tag, 0x81, length]
    : [tag, 0x82, length >> 8, length & 255];
  return joinBytes([Uint8Array.from(head), ...parts]);
}

/** A sequence. */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(0x30, ...parts);
}

/** A string of bytes. */
export function octets(bytes: Uint8Array): Uint8Array {
  return der(0x04, bytes);
}

/** An object identifier, its content in hexadecimal digits. */
export function identifier(hex: string): Uint8Array {
  return der(0x06, Uint8Array.fromHex(hex));
}

/** A positive number. */
export function integer(value: number): Uint8Array {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  // A first bit that is set would make it negative.
  const positive = parseInt(even.slice(0, 2), 16) > 127 ? `00${even}` : even;
  return der(0x02, Uint8Array.fromHex(positive));
}
