/**
 * Streams that cross the pipe, both ends alike. The reading end asks for every
 * piece, so that a slow reader holds the writer back.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { CHUNK_BYTES, type StreamMessage } from "../wire/protocol.ts";

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Controller = ReadableByteStreamController;

interface Outgoing {
  readonly reader: Reader;
  rest: Uint8Array | undefined;
}

interface Incoming {
  readonly controller: Controller;
  pulled: { resolve(): void } | undefined;
}

/** More would be a guest that opens streams without end. */
const MAX_STREAMS = 1024;

/** The streams of one pipe. */
export class StreamHub {
  readonly #send: (message: StreamMessage) => void;
  readonly #outgoing = new Map<number, Outgoing>();
  readonly #incoming = new Map<number, Incoming>();
  readonly #onIdle: () => void;
  #next = 0;
  #closed: unknown;

  /**
   * @param send Sends a message to the other end.
   * @param onIdle Called when the last stream has ended.
   */
  constructor(
    send: (message: StreamMessage) => void,
    onIdle: () => void = () => {},
  ) {
    this.#send = send;
    this.#onIdle = onIdle;
  }

  /** Whether no stream is open. */
  get idle(): boolean {
    return this.#outgoing.size === 0 && this.#incoming.size === 0;
  }

  /** Takes a stream over, and gives the number under which it is sent. */
  readonly send = (stream: ReadableStream<Uint8Array>): number => {
    const id = this.#next++;
    this.#outgoing.set(id, { reader: stream.getReader(), rest: undefined });
    return id;
  };

  /** Opens the receiving end of a stream of the other side. */
  readonly receive = (id: number): ReadableStream<Uint8Array> => {
    if (this.#incoming.has(id) || this.#incoming.size >= MAX_STREAMS) {
      throw lost(`stream ${id} cannot be opened`);
    }
    return new ReadableStream({
      type: "bytes",
      start: (controller) => {
        this.#incoming.set(id, { controller, pulled: undefined });
        if (this.#closed !== undefined) controller.error(this.#closed);
      },
      pull: () => this.#pull(id),
      cancel: () => {
        if (this.#forget(id)) this.#send({ type: "cancel", stream: id });
      },
    }, { highWaterMark: 0 });
  };

  /**
   * Takes a message about a stream. One about a stream that has ended, such as
   * a piece that was under way when the reader cancelled, changes nothing.
   *
   * @param message The message.
   */
  handle(message: StreamMessage): void {
    switch (message.type) {
      case "pull":
        return void this.#supply(message.stream);
      case "cancel":
        return this.#cancelled(message.stream);
      case "chunk":
        return this.#chunk(message.stream, message.bytes);
      case "end":
        return this.#ended(message.stream, (it) => it.close());
      case "fail":
        return this.#ended(
          message.stream,
          (it) => it.error(lost(message.reason)),
        );
    }
  }

  /**
   * Ends every stream: readers get the reason, sources are cancelled.
   *
   * @param reason Why.
   */
  close(reason: unknown): void {
    this.#closed = reason;
    for (const id of [...this.#incoming.keys()]) {
      this.#ended(id, (controller) => controller.error(reason));
    }
    for (const id of [...this.#outgoing.keys()]) this.#cancelled(id);
  }

  #pull(id: number): Promise<void> | undefined {
    const stream = this.#incoming.get(id);
    if (stream === undefined) return undefined;
    this.#send({ type: "pull", stream: id });
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.pulled = { resolve };
    return promise;
  }

  async #supply(id: number): Promise<void> {
    const stream = this.#outgoing.get(id);
    if (stream === undefined) return;
    try {
      const bytes = stream.rest ?? await nextBytes(stream.reader);
      if (bytes === undefined) this.#send({ type: "end", stream: id });
      else this.#sendPiece(id, stream, bytes);
      if (bytes !== undefined) return;
    } catch (error) {
      stream.reader.cancel(error).catch(() => {});
      this.#send({ type: "fail", stream: id, reason: messageOf(error) });
    }
    this.#outgoing.delete(id);
    this.#checkIdle();
  }

  #sendPiece(id: number, stream: Outgoing, bytes: Uint8Array): void {
    stream.rest = bytes.length > CHUNK_BYTES
      ? bytes.subarray(CHUNK_BYTES)
      : undefined;
    this.#send({
      type: "chunk",
      stream: id,
      bytes: bytes.subarray(0, CHUNK_BYTES),
    });
  }

  #chunk(id: number, bytes: Uint8Array): void {
    const stream = this.#incoming.get(id);
    if (stream === undefined) return;
    if (stream.pulled === undefined || bytes.length > CHUNK_BYTES) {
      throw lost(`stream ${id} sent more than it was asked for`);
    }
    const { pulled } = stream;
    stream.pulled = undefined;
    if (bytes.length > 0) stream.controller.enqueue(bytes as never);
    pulled.resolve();
  }

  #ended(id: number, finish: (controller: Controller) => void): void {
    const stream = this.#incoming.get(id);
    if (stream === undefined) return;
    try {
      finish(stream.controller);
      // A reader that brought its own buffer waits for an answer.
      stream.controller.byobRequest?.respond(0);
    } catch {
      // The reader cancelled, or the stream has failed already.
    }
    this.#forget(id);
    stream.pulled?.resolve();
  }

  #cancelled(id: number): void {
    const stream = this.#outgoing.get(id);
    if (stream === undefined) return;
    this.#outgoing.delete(id);
    stream.reader.cancel().catch(() => {});
    this.#checkIdle();
  }

  #forget(id: number): boolean {
    const known = this.#incoming.delete(id);
    if (known) this.#checkIdle();
    return known;
  }

  #checkIdle(): void {
    if (this.idle) this.#onIdle();
  }
}

async function nextBytes(reader: Reader): Promise<Uint8Array | undefined> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return undefined;
    if (!(value instanceof Uint8Array)) throw lost("its pieces are not bytes");
    if (value.length > 0) return value;
  }
}

function lost(state: string): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    `Cannot go on with a body that crosses processes: ${state}`,
  );
}
