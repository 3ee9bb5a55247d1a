/**
 * The guest's end of the pipe. Messages are awaited, so that the plugin's
 * timers and promises go on, and while one is awaited a synchronous call of the
 * table can still read its answer.
 *
 * The byte in front of every frame makes that possible. Waiting reads this one
 * byte only; the rest is known to be on its way and is read synchronously. A
 * synchronous reader that finds the one-byte read under way waits until the
 * byte has arrived in its buffer, where the reading thread puts it, and then
 * goes on where that read ended: the two never read at the same time.
 *
 * The functions that it needs are taken before the plugin's code runs, so that
 * the plugin can neither replace them nor learn the secret by doing so.
 *
 * @module
 */
import { MAX_MESSAGE_BYTES } from "../wire/wire_limits.ts";
import { DOORBELL, HOST_HEADER_BYTES, SECRET_BYTES } from "../wire/protocol.ts";

const read = Deno.stdin.read.bind(Deno.stdin);
const readSync = Deno.stdin.readSync.bind(Deno.stdin);
const writeSync = Deno.stdout.writeSync.bind(Deno.stdout);
const exit: (code: number) => never = Deno.exit.bind(Deno);
const Bytes = Uint8Array;
const { apply } = Reflect;
const { set, subarray } = Bytes.prototype;
const { load, wait } = Atomics;
const nap = new Int32Array(new SharedArrayBuffer(4));
const { min } = Math;

const BUFFER_BYTES = 64 * 1024;
/** How often the bell is looked at before the thread sleeps between looks. */
const SPINS = 2_000;
const LONGEST_NAP_MS = 1;
/** A host that says nothing for so long, while it is asked, is gone. */
const MAX_NAPS = 120_000;

/** The guest's end of the pipe. */
export class GuestPipe {
  readonly #buffer = new Bytes(BUFFER_BYTES);
  #start = 0;
  #end = 0;
  /** Receives the byte in front of the next frame, while it is awaited. */
  #bell: Uint8Array | undefined;
  #secret: Uint8Array = new Bytes(SECRET_BYTES);

  /** Sets what every frame carries from now on. */
  useSecret(secret: Uint8Array): void {
    this.#secret = secret;
  }

  /**
   * Waits for a message.
   *
   * @returns The message; undefined where a synchronous reader has taken what
   * was awaited, or the pipe has more to tell at once.
   */
  async receive(): Promise<Uint8Array | undefined> {
    if (this.#start < this.#end) return this.receiveSync();
    const bell = this.#bell = new Bytes(1);
    if (await read(bell) === null) exit(0);
    if (this.#bell !== bell) return undefined;
    this.#bell = undefined;
    return this.#message();
  }

  /** Reads the next message, and blocks until it is there. */
  receiveSync(): Uint8Array {
    if (this.#bell !== undefined) {
      awaitBell(this.#bell);
      this.#bell = undefined;
    } else {
      this.#fill(1);
      if (this.#buffer[this.#start++] !== DOORBELL) exit(71);
    }
    return this.#message();
  }

  /** Sends a message, and blocks until the pipe has taken it. */
  send(message: Uint8Array): void {
    const size = message.length;
    // A buffer of its own: whoever got hold of the encoder's never sees it.
    const frame = new Bytes(HOST_HEADER_BYTES + size);
    for (let place = 0; place < 4; place++) frame[place] = size >>> 8 * place;
    apply(set, frame, [this.#secret, 4]);
    apply(set, frame, [message, HOST_HEADER_BYTES]);
    let sent = writeSync(frame);
    while (sent < frame.length) {
      sent += writeSync(apply(subarray, frame, [sent]) as Uint8Array);
    }
  }

  #message(): Uint8Array {
    this.#fill(4);
    const at = this.#start;
    const buffer = this.#buffer;
    const size = buffer[at]! + buffer[at + 1]! * 256 +
      buffer[at + 2]! * 65_536 + buffer[at + 3]! * 16_777_216;
    this.#start += 4;
    if (size > MAX_MESSAGE_BYTES * 2) exit(71);
    return this.#take(size);
  }

  #take(size: number): Uint8Array {
    const message = new Bytes(size);
    const there = min(size, this.#end - this.#start);
    apply(set, message, [
      apply(subarray, this.#buffer, [this.#start, this.#start + there]),
    ]);
    this.#start += there;
    let done = there;
    while (done < size) {
      done += readSome(apply(subarray, message, [done]) as Uint8Array);
    }
    return message;
  }

  /** Makes sure that some bytes are in the buffer, in one piece. */
  #fill(count: number): void {
    if (this.#end - this.#start >= count) return;
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    while (this.#end < count) {
      this.#end += readSome(
        apply(subarray, this.#buffer, [this.#end]) as Uint8Array,
      );
    }
  }
}

/** A pipe that has ended means that the host has: nobody is left to serve. */
function readSome(target: Uint8Array): number {
  return readSync(target) ?? exit(0);
}

function awaitBell(bell: Uint8Array): void {
  for (let spin = 0; spin < SPINS; spin++) if (load(bell, 0) !== 0) return;
  for (let naps = 0; load(bell, 0) === 0; naps++) {
    if (naps > MAX_NAPS) exit(71);
    wait(nap, 0, 0, min(LONGEST_NAP_MS, 0.02 * (naps + 1)));
  }
}
