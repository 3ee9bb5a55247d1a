/**
 * Frames over a pair of files that are read and written at once: what a guest
 * and its store talk through.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { MAX_MESSAGE_BYTES } from "./wire_limits.ts";
import { Encoder } from "./encoder.ts";
import { STORE_HEADER_BYTES } from "./store_protocol.ts";

/** Reads some bytes, and blocks until there are any; null at the end. */
export interface SyncReader {
  readSync(into: Uint8Array): number | null;
}

/** Writes some bytes, and blocks until they are taken. */
export interface SyncWriter {
  writeSync(bytes: Uint8Array): number;
}

const BUFFER_BYTES = 64 * 1024;

/** The end of a pair of pipes that waits for the other. */
export class FramePipe {
  readonly #reader: SyncReader;
  readonly #writer: SyncWriter;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #start = 0;
  #end = 0;

  constructor(reader: SyncReader, writer: SyncWriter) {
    this.#reader = reader;
    this.#writer = writer;
  }

  /**
   * Waits for a message.
   *
   * @returns The message; undefined where the other end is gone.
   * @throws {PluginError} `SANDBOX_CRASHED` where it is longer than any may be.
   */
  receive(): Uint8Array | undefined {
    if (!this.#fill(STORE_HEADER_BYTES)) return undefined;
    const size = new DataView(this.#buffer.buffer).getUint32(this.#start, true);
    this.#start += STORE_HEADER_BYTES;
    if (size > MAX_MESSAGE_BYTES) throw tooLong(size);
    return this.#take(size);
  }

  /**
   * Sends a message.
   *
   * @throws {PluginError} `ACTION_FAILED` where it cannot cross.
   */
  send(value: unknown): void {
    this.sendFrame(storeFrame(value));
  }

  /** Sends a frame that is made already. */
  sendFrame(frame: Uint8Array): void {
    let sent = this.#writer.writeSync(frame);
    while (sent < frame.length) {
      sent += this.#writer.writeSync(frame.subarray(sent));
    }
  }

  #take(size: number): Uint8Array | undefined {
    const message = new Uint8Array(size);
    const there = Math.min(size, this.#end - this.#start);
    message.set(this.#buffer.subarray(this.#start, this.#start + there));
    this.#start += there;
    for (let done = there; done < size;) {
      const read = this.#reader.readSync(message.subarray(done));
      if (read === null) return undefined;
      done += read;
    }
    return message;
  }

  #fill(count: number): boolean {
    if (this.#end - this.#start >= count) return true;
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    while (this.#end < count) {
      const read = this.#reader.readSync(this.#buffer.subarray(this.#end));
      if (read === null) return false;
      this.#end += read;
    }
    return true;
  }
}

/**
 * Makes the frame of a message.
 *
 * @returns The bytes.
 * @throws {PluginError} `ACTION_FAILED` where it cannot cross.
 */
export function storeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const bytes = new Encoder(STORE_HEADER_BYTES).encode(value);
  const size = bytes.length - STORE_HEADER_BYTES;
  new DataView(bytes.buffer).setUint32(0, size, true);
  return bytes;
}

function tooLong(size: number): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    `Cannot read a message of another process: it announces ${size} bytes`,
  );
}
