/**
 * Turns the items of an async iterable into the bytes of a response, one at a
 * time and only as fast as the client reads.
 *
 * @module
 */
import { problemOf } from "./problem.ts";

const encoder = new TextEncoder();

/** Writes one item. */
type Encode = (item: unknown) => Uint8Array;

/**
 * Lets bytes through and encodes text.
 *
 * @returns The transformation of a stream of bytes, text or both.
 */
export function toTextStream(): TransformStream<unknown, Uint8Array> {
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(
        chunk instanceof Uint8Array ? chunk : encoder.encode(String(chunk)),
      );
    },
  });
}

/**
 * Streams items as what the first one is: text, bytes, or lines of JSON. An
 * error before the first item is the caller's, so that it can still be told by
 * the status; a later one breaks the connection.
 *
 * @param items What to stream.
 * @returns The response.
 */
export async function streamItems(
  items: AsyncIterable<unknown>,
): Promise<Response> {
  const iterator = items[Symbol.asyncIterator]();
  const first = await iterator.next();
  const [type, encode] = formatOf(first.value);
  return new Response(pull(iterator, encode, first), {
    headers: { "content-type": type },
  });
}

function formatOf(first: unknown): readonly [type: string, encode: Encode] {
  if (typeof first === "string") {
    return ["text/plain;charset=UTF-8", (item) => encoder.encode(String(item))];
  }
  if (first instanceof Uint8Array) {
    return ["application/octet-stream", (item) => item as Uint8Array];
  }
  return [
    "application/x-ndjson",
    (item) => encoder.encode(`${toJson(item)}\n`),
  ];
}

/**
 * Streams items as server-sent events: text as it is, everything else as JSON.
 * An error becomes an event named `error` with problem details, the last one.
 *
 * @param items What to stream.
 * @returns The body of the response.
 */
export function toEventStream(
  items: AsyncIterable<unknown>,
): ReadableStream<Uint8Array> {
  return pull(guarded(items), (item) => encoder.encode(item as string));
}

async function* guarded(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  try {
    for await (const item of items) {
      yield toEvent(typeof item === "string" ? item : toJson(item));
    }
  } catch (error) {
    yield `event: error\n${toEvent(toJson(problemOf(error)))}`;
  }
}

function toEvent(text: string): string {
  return `data: ${text.split(/\r\n|\r|\n/).join("\ndata: ")}\n\n`;
}

function toJson(item: unknown): string {
  return JSON.stringify(item) ?? "null";
}

/** A client that goes away ends the iteration where it stands. */
function pull(
  iterator: AsyncIterator<unknown>,
  encode: Encode,
  first?: IteratorResult<unknown>,
): ReadableStream<Uint8Array> {
  let next = first;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = next ?? await iterator.next();
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(encode(value));
    },
    async cancel(reason) {
      await iterator.return?.(reason);
    },
  }, { highWaterMark: 0 });
}
