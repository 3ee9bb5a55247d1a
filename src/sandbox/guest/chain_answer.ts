/**
 * Decides what a chain has answered, by the code that decides it for plugins in
 * the host's process, so that both ways of running answer the same.
 *
 * @module
 */
import { isReply, type Reply } from "../../plugin/reply.ts";
import { toJson } from "../../dispatch/http/json.ts";
import { checkInit, respond } from "../../dispatch/http/respond.ts";
import { toTextStream } from "../../dispatch/http/stream.ts";
import type { WireAnswer } from "../wire/answer.ts";
import { refused, ValueTooLarge } from "../wire/byte_writer.ts";
import { ANSWER_VIEWS } from "../wire/codec_tags.ts";
import { MAX_MESSAGE_BYTES } from "../wire/wire_limits.ts";
import { crossingValue } from "../wire/crossing_value.ts";
import { Encoder } from "../wire/encoder.ts";
import { packBlobs } from "../wire/packed_blob.ts";

/**
 * Decides what a value is as an answer.
 *
 * @param hide Keeps what an error says from the client.
 * @returns The answer, at once where nothing has to be waited for.
 * @throws {PluginError} `ACTION_FAILED` where the value makes no answer, or
 * cannot cross.
 */
export function chainAnswer(
  value: unknown,
  request: Request,
  hide?: (error: unknown) => string,
): WireAnswer | Promise<WireAnswer> {
  if (typeof value !== "object" || value === null) return ofData(value);
  if (value instanceof Response) return ofResponse(value, request);
  if (isReply(value)) return ofReply(value, request, hide);
  if (value instanceof ReadableStream) return ofStream(value, request);
  if (value instanceof Blob) return ofBlob(value);
  if (ArrayBuffer.isView(value)) return ofView(value);
  if (value instanceof ArrayBuffer) {
    return ofBytes(-1, new Uint8Array(value));
  }
  if (Symbol.asyncIterator in value) return ofIterable(value, request, hide);
  return ofData(value);
}

/** A message has more than the bytes in it. */
const MAX_ANSWER_BYTES = MAX_MESSAGE_BYTES - 64 * 1024;

/** How long the JSON form of a value may be that crosses in no other. */
const MAX_JSON = 1024 * 1024;

function ofData(value: unknown): WireAnswer {
  const isObject = typeof value === "object" && value !== null;
  try {
    const copy = crossingValue(value);
    if (!isObject || typeof copy !== "object") {
      // What is an object here must not be taken for a text there.
      const kind = isObject && typeof copy === "string" ? "boxed" : "value";
      return { kind, value: copy } as WireAnswer;
    }
    new Encoder(0).encode(copy);
    return { kind: "value", value: copy };
  } catch (cause) {
    // As text it would be larger still.
    if (cause instanceof ValueTooLarge) throw cause;
    // It says what it says inline, or it is nested deeper than what crosses.
    const json = toJson(value);
    if (json.length > MAX_JSON) throw cause;
    return { kind: "json", value: json };
  }
}

function ofResponse(value: Response, request: Request): WireAnswer {
  respond(value, request);
  refuseSwitching(value.status);
  return { kind: "response", value };
}

function refuseSwitching(status: number | undefined): void {
  if (status !== 101) return;
  throw refused(
    "status 101 switches to another protocol, and a plugin's process has no connection to switch",
  );
}

async function ofReply(
  reply: Reply,
  request: Request,
  hide?: (error: unknown) => string,
): Promise<WireAnswer> {
  const { status } = reply;
  refuseSwitching(status);
  const { headers } = checkInit(reply);
  const answer = await chainAnswer(reply.value, request, hide);
  return { kind: "reply", status, headers: [...headers], answer };
}

function ofStream(value: ReadableStream, request: Request): WireAnswer {
  if (value.locked) respond(value, request);
  return { kind: "stream", value: value.pipeThrough(toTextStream()) };
}

function ofView(value: ArrayBufferView): WireAnswer {
  const { buffer, byteOffset, byteLength } = value;
  const view = ANSWER_VIEWS.findIndex((View) => value instanceof View);
  return ofBytes(
    view,
    new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  );
}

/** What is too much for one message is refused here, where the action is known. */
function ofBytes(view: number, value: Uint8Array<ArrayBuffer>): WireAnswer {
  if (value.length > MAX_ANSWER_BYTES) {
    throw new ValueTooLarge(MAX_ANSWER_BYTES);
  }
  return { kind: "bytes", view, value };
}

async function ofBlob(value: Blob): Promise<WireAnswer> {
  await packBlobs(value);
  return { kind: "blob", value };
}

/** What is made of its items may depend on what the client accepts. */
async function ofIterable(
  value: object,
  request: Request,
  hide?: (error: unknown) => string,
): Promise<WireAnswer> {
  const naming = { failed: (cause: unknown) => cause, hide };
  return { kind: "response", value: await respond(value, request, naming) };
}
