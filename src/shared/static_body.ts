/**
 * Tells requests and responses whose body is all there, such as those of
 * `Response.json()`, from those that stream. Asking for `body` would tell as
 * well, but makes a stream of it: that takes 4 µs, and then `Deno.serve` sends
 * it in pieces.
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

const INNER_RESPONSE = innerSymbol("response", (body) => new Response(body));
const INNER_REQUEST = innerSymbol(
  "request",
  (body) => new Request("http://localhost/", { method: "POST", body }),
);

/**
 * Whether the body of a message is known to be all there.
 *
 * @param message The request or response.
 * @returns Whether it is, or there is none; false also where that cannot be
 * told.
 */
export function hasStaticBody(message: Request | Response): boolean {
  const inner = message instanceof Response ? INNER_RESPONSE : INNER_REQUEST;
  return inner !== undefined && isStatic(message, inner);
}

function isStatic(message: object, inner: symbol): boolean {
  const kept = Reflect.get(message, inner) as InnerMessage | undefined;
  if (kept === undefined) return false;
  const { body } = kept;
  return body === null || !(body.streamOrStatic instanceof ReadableStream);
}

/** The symbol, where it tells of samples what is known of them. */
function innerSymbol(
  description: string,
  make: (body: BodyInit) => Request | Response,
): symbol | undefined {
  const streaming = make(new ReadableStream());
  const statics = [make("text"), make(new Uint8Array(1))];
  try {
    return Object.getOwnPropertySymbols(streaming).find((symbol) =>
      symbol.description === description && !isStatic(streaming, symbol) &&
      statics.every((it) => isStatic(it, symbol))
    );
  } catch {
    return undefined;
  }
}
