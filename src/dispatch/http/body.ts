/**
 * Reads the body of a request, by its content type and under a limit.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { fieldsOf } from "../../shared/fields.ts";

/**
 * Reads and parses a body.
 *
 * JSON (also `+json`) is parsed; a form (`application/x-www-form-urlencoded`)
 * becomes a plain object, with a list where a name occurs more than once;
 * `multipart/form-data` a `FormData`; `application/octet-stream` bytes;
 * everything else text. An empty body is undefined.
 *
 * @param request The request; its body is used up.
 * @param maxBytes How many bytes the body may have.
 * @returns The parsed body, or undefined where there is none.
 * @throws {PluginError} `BODY_TOO_LARGE`, at once where the length is
 * announced, else as soon as the limit is passed; `INVALID_BODY` where the
 * body does not parse or was read before.
 */
export function readBody(request: Request, maxBytes: number): Promise<unknown> {
  const { headers } = request;
  const length = headers.get("content-length");
  if (length === null) return readUnannounced(request, maxBytes);
  if (length === "0") return NO_BODY;
  if (Number(length) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  if (request.bodyUsed) return Promise.reject(usedUp());
  const kind = kindOf(headers.get("content-type"));
  // A form tells nothing of its size, and whoever made the request in this
  // process may have announced anything.
  return kind === "multipart"
    ? readUnannounced(request, maxBytes)
    : parse(request, kind, maxBytes).then(undefined, refuse);
}

const NO_BODY: Promise<undefined> = Promise.resolve(undefined);

/** What a body is parsed as. */
type BodyKind = "json" | "form" | "multipart" | "bytes" | "text";

/** Reads a body of unknown length: chunked, by HTTP/2, or made in process. */
async function readUnannounced(
  request: Request,
  maxBytes: number,
): Promise<unknown> {
  if (request.bodyUsed) throw usedUp();
  const { body } = request;
  if (body === null) return undefined;
  const bytes = await readAll(body, maxBytes);
  if (bytes.length === 0) return undefined;
  const type = request.headers.get("content-type");
  const headers = type === null ? undefined : { "content-type": type };
  return await parse(new Response(bytes, { headers }), kindOf(type), maxBytes)
    .catch(refuse);
}

async function readAll(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(refuse);
    if (done) return join(chunks, size);
    size += value.length;
    if (size > maxBytes) {
      const error = tooLarge(maxBytes);
      reader.cancel(error).catch(() => {});
      throw error;
    }
    chunks.push(value);
  }
}

function join(
  chunks: readonly Uint8Array[],
  size: number,
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

function parse(
  body: Body,
  kind: BodyKind,
  maxBytes: number,
): Promise<unknown> {
  switch (kind) {
    case "multipart":
      return body.formData();
    case "bytes":
      return body.bytes().then((bytes) => within(bytes, maxBytes));
    default:
      // A text has no more characters than bytes.
      return body.text()
        .then((text) => parseText(within(text, maxBytes), kind));
  }
}

function parseText(text: string, kind: BodyKind): unknown {
  if (kind === "json") return JSON.parse(text);
  return kind === "form" ? fieldsOf(new URLSearchParams(text)) : text;
}

function within<T extends { readonly length: number }>(
  content: T,
  maxBytes: number,
): T {
  if (content.length > maxBytes) throw tooLarge(maxBytes);
  return content;
}

function kindOf(type: string | null): BodyKind {
  if (type === null) return "text";
  if (type === "application/json") return "json";
  const end = type.indexOf(";");
  const essence = (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
  if (essence.endsWith("/json") || essence.endsWith("+json")) return "json";
  if (essence === "application/x-www-form-urlencoded") return "form";
  if (essence === "multipart/form-data") return "multipart";
  return essence === "application/octet-stream" ? "bytes" : "text";
}

function refuse(cause: unknown): never {
  if (cause instanceof PluginError) throw cause;
  throw new PluginError(
    "INVALID_BODY",
    `Cannot read the request body: ${
      messageOf(cause)
    }; send what its content type says`,
    { cause },
  );
}

function usedUp(): PluginError {
  return new PluginError(
    "INVALID_BODY",
    'Cannot read the request body: it was read before the route; declare the route with body: "raw", or hand over request.clone()',
  );
}

function tooLarge(maxBytes: number): PluginError {
  return new PluginError(
    "BODY_TOO_LARGE",
    `Cannot read the request body: it is larger than ${maxBytes} bytes; raise maxBodyBytes, or stream it in a route with body: "raw"`,
  );
}
