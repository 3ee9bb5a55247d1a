/**
 * Looks at bodies that are all there, such as those of `Response.json()` and of
 * small requests over the network, without reading them. Asking for `body`
 * would make a stream of such a body: that takes 4 µs, and then `Deno.serve`
 * sends it in pieces. Reading it takes turns of the microtask queue, and uses
 * it up.
 *
 * The runtime keeps a body under a symbol of its own. Where that does not look
 * as expected, every body counts as streaming, which is slower and no less
 * right.
 *
 * @module
 */

/** What the runtime keeps of a request or response. */
interface InnerMessage {
  readonly body: { readonly streamOrStatic: unknown } | null;
}

/** A body that is all there. */
export type WholeBody = string | Uint8Array<ArrayBuffer>;

// Found when they are first needed: a start takes 8 ms longer with them. `null`
// where there is none.
let innerResponse: symbol | null | undefined;
let innerRequest: symbol | null | undefined;

/**
 * Whether the body of a response is known to be all there.
 *
 * @returns Whether it is, or the response has none; false also where that
 * cannot be told.
 */
export function hasStaticBody(response: Response): boolean {
  innerResponse ??= innerSymbol("response", (body) => new Response(body));
  return innerResponse !== null && !isStreaming(response, innerResponse);
}

/**
 * The body of a request that has not been read, where it is all there.
 *
 * @returns The body, which is the request's own; `null` where it has none;
 * undefined where it streams, or where that cannot be told.
 */
export function wholeBody(request: Request): WholeBody | null | undefined {
  innerRequest ??= innerSymbol(
    "request",
    (body) => new Request("http://localhost/", { method: "POST", body }),
  );
  if (innerRequest === null) return undefined;
  const { body } = Reflect.get(request, innerRequest) as InnerMessage;
  if (body === null) return null;
  const { streamOrStatic } = body;
  const whole: unknown = Reflect.get(Object(streamOrStatic), "body");
  return typeof whole === "string" || whole instanceof Uint8Array
    ? whole as WholeBody
    : undefined;
}

function isStreaming(message: object, inner: symbol): boolean {
  const { body } = Reflect.get(message, inner) as InnerMessage;
  return body !== null && body.streamOrStatic instanceof ReadableStream;
}

/** The symbol, where it tells of samples what is known of them. */
function innerSymbol(
  description: string,
  make: (body: BodyInit) => Request | Response,
): symbol | null {
  const streaming = make(new ReadableStream());
  const statics = [make("text"), make(new Uint8Array(1))];
  try {
    return Object.getOwnPropertySymbols(streaming).find((symbol) =>
      symbol.description === description && isStreaming(streaming, symbol) &&
      !statics.some((it) => isStreaming(it, symbol))
    ) ?? null;
  } catch {
    return null;
  }
}
