/**
 * The frames as the host sees them: makes those to the guest, and cuts what
 * comes from the guest into messages.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { MAX_MESSAGE_BYTES } from "./wire_limits.ts";
import { Encoder, type SendStream } from "./encoder.ts";
import { DOORBELL, GUEST_HEADER_BYTES } from "./protocol.ts";

/** The bytes of a message's length. */
const LENGTH_BYTES = 4;

/** Cuts a byte stream into the messages of one guest. */
export class FrameSplitter {
  readonly #secret: Uint8Array;
  readonly #header: Uint8Array<ArrayBuffer>;
  #headerLength = 0;
  #body: Uint8Array | undefined;
  #bodyLength = 0;

  /**
   * @param secret What every frame must carry; empty where nobody else can
   * write.
   */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.#header = new Uint8Array(LENGTH_BYTES + secret.length);
  }

  /**
   * Takes bytes as they came.
   *
   * @param onMessage Called with every message that is complete.
   * @throws {PluginError} `SANDBOX_CRASHED` at the first frame that lacks the
   * secret or is too long.
   */
  push(bytes: Uint8Array, onMessage: (message: Uint8Array) => void): void {
    let at = 0;
    while (at < bytes.length) {
      at += this.#body === undefined
        ? this.#takeHeader(bytes, at)
        : this.#takeBody(bytes, at);
      if (this.#body === undefined || this.#bodyLength < this.#body.length) {
        continue;
      }
      const message = this.#body;
      this.#body = undefined;
      onMessage(message);
    }
  }

  #takeHeader(bytes: Uint8Array, at: number): number {
    const part = bytes.subarray(
      at,
      at + this.#header.length - this.#headerLength,
    );
    this.#header.set(part, this.#headerLength);
    this.#headerLength += part.length;
    if (this.#headerLength < this.#header.length) return part.length;
    this.#headerLength = 0;
    this.#checkSecret();
    const size = new DataView(this.#header.buffer).getUint32(0, true);
    if (size === 0 || size > MAX_MESSAGE_BYTES) {
      throw broken(`it announces a message of ${size} bytes`);
    }
    this.#body = new Uint8Array(size);
    this.#bodyLength = 0;
    return part.length;
  }

  #takeBody(bytes: Uint8Array, at: number): number {
    const body = this.#body!;
    const part = bytes.subarray(at, at + body.length - this.#bodyLength);
    body.set(part, this.#bodyLength);
    this.#bodyLength += part.length;
    return part.length;
  }

  #checkSecret(): void {
    let difference = 0;
    for (let index = 0; index < this.#secret.length; index++) {
      difference |= this.#secret[index]! ^ this.#header[index + LENGTH_BYTES]!;
    }
    if (difference !== 0) {
      throw broken("it wrote to its standard output by itself");
    }
  }
}

function broken(state: string): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    `Cannot read from a plugin's process: ${state}`,
  );
}

/**
 * Makes the frame of a message to the guest.
 *
 * @returns The bytes.
 */
export function guestFrame(message: unknown, send: SendStream): Uint8Array {
  const bytes = new Encoder(GUEST_HEADER_BYTES, send).encode(message);
  bytes[0] = DOORBELL;
  const size = bytes.length - GUEST_HEADER_BYTES;
  new DataView(bytes.buffer).setUint32(1, size, true);
  return bytes;
}
