/**
 * Reads the parts of a message, and no further than it goes.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const decodeText = decoder.decode.bind(decoder);
const fromCharCode = String.fromCharCode;

/** Reads the parts of a message. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Checks that nothing is left. */
  finish(): void {
    if (this.#at !== this.#bytes.length) throw malformed("it is too long");
  }

  /** Text. */
  text(): string {
    const size = this.count(1);
    const start = this.#at;
    const end = this.#at = start + size;
    if (size <= 16) {
      let ascii = "";
      for (let index = start; index < end; index++) {
        const code = this.#bytes[index]!;
        if (code > 127) break;
        ascii += fromCharCode(code);
      }
      if (ascii.length === size) return ascii;
    }
    return decodeText(this.#bytes.subarray(start, end));
  }

  /** Bytes, as a copy. */
  slice(): Uint8Array<ArrayBuffer> {
    const size = this.count(1);
    const bytes = this.#bytes.slice(this.#at, this.#at += size);
    return bytes as Uint8Array<ArrayBuffer>;
  }

  /** A number of parts, each of which takes at least some bytes. */
  count(bytesEach: number): number {
    const count = this.varint();
    if (count * bytesEach > this.#bytes.length - this.#at) {
      throw malformed("it ends too early");
    }
    return count;
  }

  /** A length or a small number. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw malformed("a length is too large");
  }

  /** A number. */
  float(): number {
    if (this.#at + 8 > this.#bytes.length) throw malformed("it ends too early");
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** One byte. */
  byte(): number {
    if (this.#at >= this.#bytes.length) throw malformed("it ends too early");
    return this.#bytes[this.#at++]!;
  }
}

/**
 * The error for bytes that are no message.
 *
 * @param state What is wrong with them.
 * @param cause What was thrown, where something was.
 * @returns The error, to be thrown.
 */
export function malformed(state: string, cause?: unknown): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    `Cannot read a message of another process: ${state}`,
    cause === undefined ? {} : { cause },
  );
}
