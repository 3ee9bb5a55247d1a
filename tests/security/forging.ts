/**
 * Plugins that say to the host what the guest's own code would never say: they
 * have replaced the function with which it finishes a message.
 *
 * @module
 */
import { Encoder } from "../../src/sandbox/wire/encoder.ts";

/**
 * Source text that defines `say(bytes)`, which sends a message of the plugin's
 * own making, and `sayLater(bytes)`, which sends it in place of the next
 * message of any kind.
 */
export const FORGING = `
const subarray = Uint8Array.prototype.subarray;
let forged;
Uint8Array.prototype.subarray = function (start, end) {
  if (forged === undefined || start !== 0) {
    return subarray.call(this, start, end);
  }
  const bytes = forged;
  forged = undefined;
  return bytes;
};
const sayLater = (bytes) => { forged = bytes };
const say = (bytes) => { forged = bytes; console.log("x") };
const varint = (n) => {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push(n % 128 + 128);
  return [...bytes, n];
};
/** An array of the same item, very often. */
const many = (item, count) => {
  const head = [10, ...varint(count)];
  const bytes = new Uint8Array(head.length + item.length * count);
  bytes.set(head);
  for (let at = head.length; at < bytes.length; at += item.length) bytes.set(item, at);
  return bytes;
};
`;

/**
 * A message as source text.
 *
 * @param message The message.
 * @returns An expression of its bytes.
 */
export function bytesOf(message: unknown): string {
  return `Uint8Array.from([${new Encoder(0).encode(message).join()}])`;
}
