/**
 * Turns the items of an async iterable into the bytes of a response, one at a
 * time and only as fast as the client reads.
 *
 * @module
 */
import { toJson } from "./json.ts";
import { problemOf, type ProblemOptions } from "./problem.ts";

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
      controller.enqueue(toBytes(chunk));
    },
  });
}

/** Says of what went wrong whose fault it was. */
export type NameFailure = (cause: unknown) => unknown;

/** What is made of an error that comes while a body is read. */
export interface FailureNaming {
  /** Names it. */
  readonly failed: NameFailure;
  /** Keeps what it says from the client. @default it is shown */
  readonly hide?: ProblemOptions["hide"];
}

/**
 * Streams items as what the first one is: text, bytes, or lines of JSON. An
 * error before the first item is the caller's, so that it can still be told by
 * the status; a later one breaks the connection.
 */
export async function streamItems(
  items: AsyncIterable<unknown>,
  failed: NameFailure,
): Promise<Response> {
  const iterator = items[Symbol.asyncIterator]();
  const first = await iterator.next();
  const [type, encode] = formatOf(first.value);
  return new Response(pull(iterator, { encode, first, failed }), {
    headers: { "content-type": type },
  });
}

function formatOf(first: unknown): readonly [type: string, encode: Encode] {
  if (typeof first === "string") {
    return ["text/plain;charset=UTF-8", (item) => encoder.encode(String(item))];
  }
  if (first instanceof Uint8Array) return ["application/octet-stream", toBytes];
  return [
    "application/x-ndjson",
    (item) => encoder.encode(`${itemJson(item)}\n`),
  ];
}

function toBytes(item: unknown): Uint8Array {
  return item instanceof Uint8Array ? item : encoder.encode(String(item));
}

/**
 * Streams items as server-sent events: text as it is, everything else as JSON.
 * An error becomes an event named `error` with problem details, the last one.
 *
 * @param naming Names an error, and may keep what it says.
 */
export function toEventStream(
  items: AsyncIterable<unknown>,
  naming: FailureNaming,
): ReadableStream<Uint8Array> {
  const encode: Encode = (item) => encoder.encode(item as string);
  return pull(guarded(items, naming), { encode, failed: naming.failed });
}

async function* guarded(
  items: AsyncIterable<unknown>,
  { failed, hide }: FailureNaming,
): AsyncGenerator<string> {
  try {
    for await (const item of items) {
      yield toEvent(typeof item === "string" ? item : itemJson(item));
    }
  } catch (error) {
    const problem = problemOf(failed(error), { hide });
    yield `event: error\n${toEvent(JSON.stringify(problem))}`;
  }
}

function toEvent(text: string): string {
  return `data: ${text.split(/\r\n|\r|\n/).join("\ndata: ")}\n\n`;
}

/** An item that is nothing is still an item. */
function itemJson(item: unknown): string {
  return item === undefined ? "null" : toJson(item);
}

/** How items become the pieces of a body. */
interface Pieces {
  readonly encode: Encode;
  readonly failed: NameFailure;
  /** What was read of them already. */
  readonly first?: IteratorResult<unknown>;
}

/** A client that goes away ends the iteration where it stands. */
function pull(
  iterator: AsyncIterator<unknown>,
  { encode, failed, first }: Pieces,
): ReadableStream<Uint8Array> {
  let next = first;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = next ?? await iterator.next();
        next = undefined;
        if (done) controller.close();
        else controller.enqueue(encode(value));
      } catch (cause) {
        iterator.return?.().catch(() => {});
        throw failed(cause);
      }
    },
    async cancel(reason) {
      await iterator.return?.(reason);
    },
  }, { highWaterMark: 0 });
}
