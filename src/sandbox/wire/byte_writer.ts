/**
 * A growing list of bytes that a message is written into.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { MAX_MESSAGE_BYTES } from "./wire_limits.ts";

const INITIAL_BYTES = 1024;
/** Up to this length, copying characters one by one beats the text encoder. */
const SHORT_TEXT = 24;
const encoder = new TextEncoder();
const encodeInto = encoder.encodeInto.bind(encoder);

/** Writes the parts of a message. */
export class ByteWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length: number;

  /**
   * @param headroom How many bytes to leave free in front, for a header.
   */
  constructor(headroom: number) {
    this.#length = headroom;
  }

  /** The headroom and everything that was written. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.#length > MAX_MESSAGE_BYTES) throw new ValueTooLarge();
    return this.#bytes.subarray(0, this.#length);
  }

  /** Bytes as they are. */
  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Text: its length in bytes, and the bytes. */
  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#ascii(value)) return;
    this.#reserve(value.length * 3 + 5);
    // The length is known afterwards only: five bytes hold any.
    const start = this.#length;
    const { written } = encodeInto(value, this.#bytes.subarray(start + 5));
    this.#length = start;
    this.varint(written);
    this.#bytes.copyWithin(this.#length, start + 5, start + 5 + written);
    this.#length += written;
  }

  #ascii(value: string): boolean {
    const size = value.length;
    this.#reserve(size + 1);
    const bytes = this.#bytes;
    const start = this.#length + 1;
    for (let index = 0; index < size; index++) {
      const code = value.charCodeAt(index);
      if (code > 127) return false;
      bytes[start + index] = code;
    }
    bytes[start - 1] = size;
    this.#length = start + size;
    return true;
  }

  /** A length or a small number, seven bits a byte. */
  varint(value: number): void {
    this.#reserve(5);
    while (value > 127) {
      this.#bytes[this.#length++] = (value & 127) | 128;
      value >>>= 7;
    }
    this.#bytes[this.#length++] = value;
  }

  /** A number. */
  float(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** One byte. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    if (needed > MAX_MESSAGE_BYTES * 3 || this.#length > MAX_MESSAGE_BYTES) {
      throw new ValueTooLarge();
    }
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** The error for a value that is larger than a message may be. */
export class ValueTooLarge extends PluginError {
  /** @param bytes How many it may have. */
  constructor(bytes: number = MAX_MESSAGE_BYTES) {
    super("ACTION_FAILED", `${REFUSED}: it is larger than ${bytes} bytes`);
  }
}

const REFUSED = "Cannot send a value to another process";

/**
 * The error for a value that cannot be sent.
 *
 * @returns The error, to be thrown.
 */
export function refused(state: string): PluginError {
  return new PluginError("ACTION_FAILED", `${REFUSED}: ${state}`);
}
