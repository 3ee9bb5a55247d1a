/**
 * Maps what a route returned to an HTTP response.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { isReply, type ReplyInit } from "./reply.ts";
import { streamItems, toEventStream, toTextStream } from "./stream.ts";

/**
 * Makes a response from the value of a route.
 *
 * A `Response` passes through; `undefined` is 204; text is text; a
 * `ReadableStream` of bytes or text is streamed; an async iterable is streamed
 * as server-sent events where the client accepts them, else as text, bytes or
 * lines of JSON by its first item; `reply()` sets status and headers; all else
 * is JSON. For `HEAD` the body is left out.
 *
 * @param value What the route returned.
 * @param request The request that it answers.
 * @returns The response, or a promise of it where the value is streamed.
 * @throws {PluginError} `ACTION_FAILED` where the value has no JSON form.
 */
export function respond(
  value: unknown,
  request: Request,
): Response | Promise<Response> {
  const response = toResponse(value, request);
  if (request.method !== "HEAD") return response;
  return response instanceof Promise
    ? response.then(withoutBody)
    : withoutBody(response);
}

function toResponse(
  value: unknown,
  request: Request,
): Response | Promise<Response> {
  if (value instanceof Response) return value;
  if (isReply(value)) return withInit(value.value, value, request);
  if (value === undefined) return new Response(null, { status: 204 });
  if (typeof value === "string") return new Response(value);
  if (value instanceof ReadableStream) return streamed(value);
  if (isAsyncIterable(value)) return iterated(value, request);
  return json(value);
}

/** The two-step way costs a copy of the headers, which few answers need. */
async function withInit(
  value: unknown,
  init: ReplyInit,
  request: Request,
): Promise<Response> {
  const plain = await toResponse(value, request);
  const headers = new Headers(plain.headers);
  new Headers(init.headers).forEach((text, name) => {
    if (name === "set-cookie") headers.append(name, text);
    else headers.set(name, text);
  });
  const status = init.status ?? plain.status;
  const body = BODILESS.has(status) ? null : plain.body;
  if (body === null) headers.delete("content-type");
  return new Response(body, { status, headers });
}

/** The statuses with which `Response` takes no body. */
const BODILESS: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

function json(value: unknown): Response {
  const text = stringify(value);
  return new Response(text, JSON_INIT);
}

const JSON_INIT: ResponseInit = {
  headers: { "content-type": "application/json" },
};

function stringify(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw unserialisable(messageOf(cause), cause);
  }
  // Functions and symbols have no JSON form, and raise no error either.
  if (text === undefined) throw unserialisable(`it is a ${typeof value}`);
  return text;
}

function unserialisable(state: string, cause?: unknown): PluginError {
  return new PluginError(
    "ACTION_FAILED",
    `Cannot answer with the value that the last action returned: it has no JSON form (${
      state.split("\n", 1)[0]
    }); return plain data, text or a Response`,
    { cause },
  );
}

function streamed(stream: ReadableStream): Response {
  return new Response(stream.pipeThrough(toTextStream()), {
    headers: { "content-type": "application/octet-stream" },
  });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null &&
    Symbol.asyncIterator in value;
}

function iterated(
  items: AsyncIterable<unknown>,
  request: Request,
): Response | Promise<Response> {
  const accepted = request.headers.get("accept") ?? "";
  if (!accepted.includes("text/event-stream")) return streamItems(items);
  return new Response(toEventStream(items), {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
    },
  });
}

function withoutBody(response: Response): Response {
  if (response.body === null) return response;
  response.body.cancel().catch(() => {});
  const { status, statusText, headers } = response;
  return new Response(null, { status, statusText, headers });
}
