/**
 * Reads what a guest says a call came to. The bytes are encoded by themselves,
 * so that a value that cannot be read fails its call, and not the process.
 *
 * @module
 */
import { reply } from "../../../plugin/reply.ts";
import { messageOf, PluginError } from "../../../shared/errors.ts";
import type { WireAnswer } from "../../wire/answer.ts";
import { malformed } from "../../wire/byte_reader.ts";
import { checkedHeaders } from "../../wire/checked_headers.ts";
import { ANSWER_VIEWS } from "../../wire/codec_tags.ts";
import { MAX_COST } from "../../wire/wire_limits.ts";
import { Decoder, type ReceiveStream } from "../../wire/decoder.ts";

/** Parsing it has no other budget. */
const MAX_JSON = 1024 * 1024;

/** More could not be told from wrappers without end. */
const MAX_REPLIES = 8;

/**
 * Reads what a hook or `init()` returned: data alone.
 *
 * @throws {PluginError} `ACTION_FAILED` where it cannot be read.
 */
export function readValue(bytes: Uint8Array, onCost: OnCost): unknown {
  return attempt(() => decode(bytes, onCost));
}

/** Told what reading an answer has cost. */
export type OnCost = (cost: number) => void;

function decode(
  bytes: Uint8Array,
  onCost: OnCost,
  receive?: ReceiveStream,
): unknown {
  const options = { budget: MAX_COST, isData: true };
  const decoder = new Decoder(
    bytes,
    receive === undefined ? options : { ...options, receive },
  );
  try {
    return decoder.decode();
  } finally {
    onCost(decoder.spent);
  }
}

/** How an answer is read. */
export interface ReadAnswerOptions {
  /** What it is made of, where that is bytes. */
  readonly bytes: Uint8Array | undefined;
  /** Told what reading it has cost. */
  readonly onCost: OnCost;
  /** Opens the one stream that it may have. */
  readonly receive: ReceiveStream;
}

/**
 * Reads what a chain answered.
 *
 * @param options What it is read with.
 * @returns What the last action returned: plain data, a response, a stream,
 * bytes, or one of them with a status and headers beside it.
 * @throws {PluginError} `ACTION_FAILED` where it cannot be read; its stream is
 * cancelled then.
 */
export function readAnswer(
  encoded: Uint8Array,
  { bytes, onCost, receive }: ReadAnswerOptions,
): unknown {
  let stream: ReadableStream<Uint8Array> | undefined;
  const receiveOne: ReceiveStream = (id) => {
    if (stream !== undefined) throw malformed("it has more than one stream");
    return stream = receive(id);
  };
  return attempt(() => {
    const answer = decode(encoded, onCost, receiveOne);
    return new Reading(bytes).valueOf(answer, 0);
  }, () => void stream?.cancel().catch(() => {}));
}

/** One answer being read. */
class Reading {
  readonly #bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array | undefined) {
    this.#bytes = bytes;
  }

  valueOf(answer: unknown, depth: number): unknown {
    if (typeof answer !== "object" || answer === null) throw unknownKind();
    const { kind, value } = answer as { kind?: unknown; value?: unknown };
    switch (kind) {
      case "value":
        return value;
      case "boxed":
        return Object(String(value));
      case "json":
        if (String(value).length > MAX_JSON) throw malformed("it is too long");
        return JSON.parse(String(value));
      case "response":
        return instance(value, Response);
      case "stream":
        return instance(value, ReadableStream);
      case "blob":
        return instance(value, Blob);
      case "bytes":
        return this.#view((answer as { view?: unknown }).view);
      case "reply":
        if (depth >= MAX_REPLIES) throw malformed("it is wrapped too often");
        return this.#reply(answer, depth);
      default:
        throw unknownKind();
    }
  }

  #view(view: unknown): unknown {
    if (this.#bytes === undefined) throw malformed("it has no bytes");
    const { buffer } = this.#bytes.slice();
    const View = ANSWER_VIEWS[Number(view)];
    return View === undefined ? buffer : new View(buffer);
  }

  #reply(
    { status, headers, answer }: Partial<WireAnswer & { kind: "reply" }>,
    depth: number,
  ): unknown {
    // Whatever is no status and no header throws here.
    const checked = new Response(null, {
      ...(status === undefined ? {} : { status: Number(status) }),
      headers: checkedHeaders(headers),
    });
    return reply(this.valueOf(answer, depth + 1), {
      ...(status === undefined ? {} : { status: checked.status }),
      headers: checked.headers,
    });
  }
}

function instance<V>(value: unknown, Kind: new () => V): V {
  if (value instanceof Kind) return value;
  throw malformed(`it is no ${Kind.name}`);
}

function unknownKind(): PluginError {
  return malformed("it is no kind of answer");
}

function attempt<V>(read: () => V, onError: () => void = () => {}): V {
  try {
    return read();
  } catch (cause) {
    onError();
    throw new PluginError(
      "ACTION_FAILED",
      `Cannot take over what a plugin's process answered: ${messageOf(cause)}`,
      { cause },
    );
  }
}
