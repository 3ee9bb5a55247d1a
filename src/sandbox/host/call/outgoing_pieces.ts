/**
 * Reads a stream that is sent to another process, in pieces that are worth a
 * message each: a body of many lines would otherwise take a message and its
 * answer for every line.
 *
 * @module
 */
import { joinBytes } from "../../../shared/bytes.ts";
import { PluginError } from "../../../shared/errors.ts";
import { CHUNK_BYTES } from "../../wire/protocol.ts";

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Read = Promise<Uint8Array | undefined>;

/** More pieces than this would keep the process from everything else. */
const MAX_PIECES = 512;
/** How many microtasks a piece takes at most that is there already. */
const TURNS = 64;

/** The pieces of one stream. */
export class OutgoingPieces {
  readonly #reader: Reader;
  /** What was read ahead, to see whether it is there already. */
  #ahead: Read | undefined;
  /**
   * How many pieces the next message takes along: more and more, so that a
   * reader that soon stops makes the stream do little in vain.
   */
  #limit = 1;

  /**
   * @param stream The stream; nobody else may read it.
   */
  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /**
   * Waits for the next piece, and takes along what is there at once.
   *
   * @returns The bytes, at most one piece more than a message holds; undefined
   * at the end.
   * @throws What the stream fails with.
   */
  async next(): Read {
    const first = await (this.#ahead ?? nextBytes(this.#reader));
    this.#ahead = undefined;
    if (first === undefined) return undefined;
    const pieces = [first];
    let size = first.length;
    while (size < CHUNK_BYTES && pieces.length < this.#limit) {
      const piece = await this.#atOnce();
      if (piece === undefined) break;
      pieces.push(piece);
      size += piece.length;
    }
    const isFull = pieces.length === this.#limit;
    this.#limit = isFull ? Math.min(2 * this.#limit, MAX_PIECES) : 1;
    return pieces.length === 1 ? first : joinBytes(pieces);
  }

  /** Tells the stream that nobody reads on. */
  cancel(reason?: unknown): void {
    this.#reader.cancel(reason).catch(() => {});
  }

  /** A piece that is there already; an end or a failure is told next time. */
  async #atOnce(): Read {
    let piece: Uint8Array | undefined;
    const ahead = this.#ahead = nextBytes(this.#reader);
    ahead.then((bytes) => piece = bytes, () => {});
    for (let turn = 0; turn < TURNS && piece === undefined; turn++) await null;
    if (piece !== undefined) this.#ahead = undefined;
    return piece;
  }
}

async function nextBytes(reader: Reader): Read {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return undefined;
    if (!(value instanceof Uint8Array)) throw notBytes();
    if (value.length > 0) return value;
  }
}

function notBytes(): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    "Cannot go on with a body that crosses processes: its pieces are not bytes",
  );
}
