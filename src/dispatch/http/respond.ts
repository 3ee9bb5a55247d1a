/**
 * Maps what a route returned to an HTTP response.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { isReply, type Reply, type ReplyInit } from "../../plugin/reply.ts";
import { hasStaticBody } from "../../shared/static_body.ts";
import { toJson } from "./json.ts";
import {
  type FailureNaming,
  streamItems,
  toEventStream,
  toTextStream,
} from "./stream.ts";

/**
 * Makes a response from the value of a route.
 *
 * A `Response` passes through; `undefined` is 204; text is text; bytes
 * (`Uint8Array` and the like, `Blob`) are bytes; a `ReadableStream` of bytes or
 * text is streamed; an async iterable is streamed as server-sent events where
 * the client accepts them, else as text, bytes or lines of JSON by its first
 * item; `reply()` sets status and headers; all else is JSON, with big integers
 * as numbers.
 *
 * @param naming Names what goes wrong while the body is read.
 * @returns The response, or a promise of it where the value is streamed.
 * @throws {PluginError} `ACTION_FAILED` where the value makes no response. The
 * message is to be read after the name of the action.
 */
export function respond(
  value: unknown,
  request: Request,
  naming: FailureNaming = { failed: (cause) => cause },
): Response | Promise<Response> {
  if (value instanceof Response) return usable(value);
  if (value === undefined) return new Response(null, { status: 204 });
  if (typeof value === "string") return new Response(value);
  if (typeof value === "object" && value !== null) {
    if (isReply(value)) return withInit(value, request, naming);
    if (value instanceof ReadableStream) return streamed(value);
    if (isBytes(value)) return ofBytes(value);
    if (isAsyncIterable(value)) return iterated(value, request, naming);
  }
  return new Response(toJson(value), JSON_INIT);
}

const JSON_INIT: ResponseInit = {
  headers: { "content-type": "application/json" },
};

/** A server can do nothing with the others. */
function usable(response: Response): Response {
  if (response.bodyUsed) {
    throw unanswerable("the body of its response was read before");
  }
  if (!hasStaticBody(response) && response.body?.locked) {
    throw unanswerable("the body of its response is being read by others");
  }
  if (response.type === "error") {
    throw unanswerable("Response.error() is no answer to a client");
  }
  return isFixed(response) ? new Response(response.body, response) : response;
}

/**
 * Whether a host could not add headers, as to what `fetch()` and
 * `Response.redirect()` make.
 */
function isFixed({ url, status, body, headers }: Response): boolean {
  return url !== "" || body === null && status >= 300 && status < 400 &&
      headers.has("location");
}

function isBytes(value: object): value is BufferSource | Blob {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer ||
    value instanceof Blob;
}

function ofBytes(value: BufferSource | Blob): Response {
  const type = value instanceof Blob && value.type !== ""
    ? value.type
    : "application/octet-stream";
  return new Response(value, { headers: { "content-type": type } });
}

/** The two-step way costs a copy of the headers, which few answers need. */
async function withInit(
  { value, ...init }: Reply,
  request: Request,
  naming: FailureNaming,
): Promise<Response> {
  const own = checkInit(init);
  const plain = await respond(value, request, naming);
  const headers = new Headers(plain.headers);
  own.headers.forEach((text, name) => {
    if (name === "set-cookie") headers.append(name, text);
    else headers.set(name, text);
  });
  const status = init.status ?? plain.status;
  const body = BODILESS.has(status) ? null : plain.body;
  if (body === null) headers.delete("content-type");
  return new Response(body, { status, headers });
}

/**
 * Checks a status and headers.
 *
 * @throws {RangeError | TypeError} Where they are none.
 */
export function checkInit({ status, headers }: ReplyInit): Response {
  return new Response(null, {
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers }),
  });
}

/** The statuses with which `Response` takes no body. */
const BODILESS: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

function streamed(stream: ReadableStream): Response {
  if (stream.locked) {
    throw unanswerable("its stream is being read by somebody else");
  }
  return new Response(stream.pipeThrough(toTextStream()), {
    headers: { "content-type": "application/octet-stream" },
  });
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

function iterated(
  items: AsyncIterable<unknown>,
  request: Request,
  naming: FailureNaming,
): Response | Promise<Response> {
  const accepted = request.headers.get("accept") ?? "";
  if (!accepted.includes("text/event-stream")) {
    return streamItems(items, naming.failed);
  }
  return new Response(toEventStream(items, naming), {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
    },
  });
}

function unanswerable(state: string): PluginError {
  return new PluginError("ACTION_FAILED", state);
}
