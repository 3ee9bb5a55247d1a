/**
 * Streams that cross the pipe, both ends alike. The reading end asks for every
 * piece, so that a slow reader holds the writer back.
 *
 * @module
 */
import { isLimit, Timer } from "../../../async/timer.ts";
import { clip, MAX_MESSAGE } from "../../../shared/text/clip.ts";
import { messageOf, PluginError } from "../../../shared/errors.ts";
import { CHUNK_BYTES, type StreamMessage } from "../../wire/protocol.ts";
import { OutgoingPieces } from "./outgoing_pieces.ts";

type Controller = ReadableByteStreamController;

interface Outgoing {
  readonly pieces: OutgoingPieces;
  rest: Uint8Array | undefined;
  /** Whether a piece has been asked for and is not sent yet. */
  asked: boolean;
}

interface Incoming {
  readonly controller: Controller;
  readonly onEnd: () => void;
  pulled: { resolve(): void } | undefined;
  /** Since when nobody has asked for a piece. */
  unreadSince: number;
}

/** More would be a guest that opens streams without end. */
const MAX_STREAMS = 1024;
/** What may still arrive about a stream after its end. */
const STRAYS_EACH = 4;
/** How often unread streams are looked for, in their time. */
const LOOKS = 4;

/** How one end of a pipe deals with its streams. */
export interface StreamHubOptions {
  /** Called when the last stream has ended. */
  readonly onIdle?: () => void;
  /**
   * Milliseconds after which a stream that nobody reads is given up; 0 never.
   *
   * @default 0
   */
  readonly unreadMs?: number;
}

/** The streams of one pipe. */
export class StreamHub {
  readonly #send: (message: StreamMessage) => void;
  readonly #outgoing = new Map<number, Outgoing>();
  readonly #incoming = new Map<number, Incoming>();
  readonly #onIdle: () => void;
  readonly #unreadMs: number;
  #timer: Timer | undefined;
  #next = 0;
  #strays = STRAYS_EACH;
  #closed: unknown;

  /** @param options Who is told, and what is waited for. */
  constructor(
    send: (message: StreamMessage) => void,
    options: StreamHubOptions = {},
  ) {
    this.#send = send;
    this.#onIdle = options.onIdle ?? (() => {});
    this.#unreadMs = options.unreadMs ?? 0;
  }

  /** Whether no stream is open. */
  get idle(): boolean {
    return this.#outgoing.size === 0 && this.#incoming.size === 0;
  }

  /** Takes a stream over, and gives the number under which it is sent. */
  readonly send = (stream: ReadableStream<Uint8Array>): number => {
    const id = this.#next++;
    const pieces = new OutgoingPieces(stream);
    this.#outgoing.set(id, { pieces, rest: undefined, asked: false });
    return id;
  };

  /**
   * Opens the receiving end of a stream of the other side.
   *
   * @param onEnd Called when it has ended, however that was.
   */
  readonly receive = (
    id: number,
    onEnd: () => void = () => {},
  ): ReadableStream<Uint8Array> => {
    if (this.#incoming.has(id) || this.#incoming.size >= MAX_STREAMS) {
      throw lost(`stream ${id} cannot be opened`);
    }
    return new ReadableStream({
      type: "bytes",
      start: (controller) => this.#open(id, controller, onEnd),
      pull: () => this.#pull(id),
      cancel: () => {
        if (this.#forget(id)) this.#send({ type: "cancel", stream: id });
      },
    }, { highWaterMark: 0 });
  };

  /** Ends streams of this side that are of no use to the other any more. */
  stopSending(ids: readonly number[], reason: string): void {
    for (const id of ids) {
      if (!this.#outgoing.has(id)) continue;
      this.#cancelled(id);
      this.#send({ type: "fail", stream: id, reason });
    }
  }

  /**
   * Takes a message about a stream. One about a stream that has ended, such as
   * a piece that was under way when the reader cancelled, changes nothing.
   */
  handle(message: StreamMessage): void {
    switch (message.type) {
      case "pull":
        return this.#pulled(message.stream);
      case "cancel":
        return this.#cancelled(message.stream);
      case "chunk":
        return this.#chunk(message.stream, message.bytes);
      case "end":
        return this.#ended(message.stream, (it) => it.close());
      case "fail":
        return this.#ended(
          message.stream,
          // What it was made from has failed, and not the process.
          (it) => it.error(new PluginError("ACTION_FAILED", message.reason)),
        );
    }
  }

  /** Ends every stream: readers get the reason, sources are cancelled. */
  close(reason: unknown): void {
    this.#closed = reason;
    this.#timer?.stop();
    for (const id of [...this.#incoming.keys()]) {
      this.#ended(id, (controller) => controller.error(reason));
    }
    for (const id of [...this.#outgoing.keys()]) this.#cancelled(id);
  }

  #open(id: number, controller: Controller, onEnd: () => void): void {
    const unreadSince = performance.now();
    this.#incoming.set(id, {
      controller,
      onEnd,
      pulled: undefined,
      unreadSince,
    });
    if (this.#closed !== undefined) return controller.error(this.#closed);
    if (this.#timer === undefined) this.#lookLater();
  }

  #lookLater(): void {
    if (!isLimit(this.#unreadMs)) return;
    this.#timer = new Timer(this.#unreadMs / LOOKS, this.#giveUpUnread);
  }

  readonly #giveUpUnread = (): void => {
    this.#lookLater();
    const latest = performance.now() - this.#unreadMs;
    for (const [id, { unreadSince, pulled }] of this.#incoming) {
      if (pulled !== undefined || unreadSince > latest) continue;
      const reason = `nobody has read it for ${this.#unreadMs} ms`;
      this.#ended(id, (controller) => controller.error(lost(reason)));
      this.#send({ type: "cancel", stream: id });
    }
  };

  #pull(id: number): Promise<void> | undefined {
    const stream = this.#incoming.get(id);
    if (stream === undefined) return undefined;
    this.#send({ type: "pull", stream: id });
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.pulled = { resolve };
    return promise;
  }

  #pulled(id: number): void {
    const stream = this.#outgoing.get(id);
    if (stream === undefined) return this.#stray(id);
    if (stream.asked) throw lost(`stream ${id} is asked for a second piece`);
    stream.asked = true;
    void this.#supply(id, stream);
  }

  async #supply(id: number, stream: Outgoing): Promise<void> {
    try {
      const bytes = stream.rest ?? await stream.pieces.next();
      // It may have been cancelled while a piece was waited for.
      if (this.#outgoing.get(id) !== stream) return;
      if (bytes !== undefined) return this.#sendPiece(id, stream, bytes);
      this.#send({ type: "end", stream: id });
    } catch (error) {
      if (this.#outgoing.get(id) !== stream) return;
      stream.pieces.cancel(error);
      const reason = clip(messageOf(error), MAX_MESSAGE);
      this.#send({ type: "fail", stream: id, reason });
    }
    this.#outgoing.delete(id);
    this.#strays += STRAYS_EACH;
    this.#checkIdle();
  }

  /** What was under way at a stream's end comes late; more is a flood. */
  #stray(id: number): void {
    if (--this.#strays < 0) throw lost(`there is no stream ${id}`);
  }

  #sendPiece(id: number, stream: Outgoing, bytes: Uint8Array): void {
    stream.asked = false;
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
    if (stream === undefined) return this.#stray(id);
    if (stream.pulled === undefined || bytes.length > CHUNK_BYTES) {
      throw lost(`stream ${id} sent more than it was asked for`);
    }
    const { pulled } = stream;
    stream.pulled = undefined;
    stream.unreadSince = performance.now();
    if (bytes.length > 0) stream.controller.enqueue(bytes as never);
    pulled.resolve();
  }

  #ended(id: number, finish: (controller: Controller) => void): void {
    const stream = this.#incoming.get(id);
    if (stream === undefined) return this.#stray(id);
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
    if (stream === undefined) return this.#stray(id);
    this.#outgoing.delete(id);
    this.#strays += STRAYS_EACH;
    stream.pieces.cancel();
    this.#checkIdle();
  }

  #forget(id: number): boolean {
    const stream = this.#incoming.get(id);
    if (stream === undefined) return false;
    this.#incoming.delete(id);
    this.#strays += STRAYS_EACH;
    if (this.#incoming.size === 0) {
      this.#timer?.stop();
      this.#timer = undefined;
    }
    stream.onEnd();
    this.#checkIdle();
    return true;
  }

  #checkIdle(): void {
    if (this.idle) this.#onIdle();
  }
}

function lost(state: string): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    `Cannot go on with a body that crosses processes: ${state}`,
  );
}
