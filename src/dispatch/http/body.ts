/**
 * Reads the body of a request under limits, and parses it by its content type.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { fieldsOf } from "../../shared/fields.ts";
import { type WholeBody, wholeBody } from "../../shared/static_body.ts";
import { isLimit, Timer } from "../../async/timer.ts";
import { joinBytes } from "../../shared/bytes.ts";
import { isWholeForm } from "./whole_form.ts";

/**
 * How many bytes a body may have that is parsed: as many as a plugin's process
 * can be handed, whether the plugin has one or not.
 */
const MAX_PARSED_BYTES = 15 * 1024 * 1024;

/**
 * How long a content type may be that a body is parsed by: the runtime's own
 * readers of one take a time that grows with the square of its spaces.
 */
const MAX_TYPE_CHARS = 1000;

/** What a request's body is held to. */
export interface BodyLimits {
  /** How many bytes it may have. */
  readonly maxBodyBytes: number;
  /** Milliseconds that it may take to arrive; 0 for no limit. */
  readonly bodyTimeoutMs: number;
}

/** A body that was read: its bytes, or the string that they are. */
export type ReadBody = WholeBody;

/**
 * Reads a body.
 *
 * @param request The request. A body that is all there is left as it is, so
 * that the request can still be read; any other is used up.
 * @returns The body, at once where it is all there; undefined where it is
 * empty.
 * @throws {PluginError} `BODY_TOO_LARGE`, at once where the length is
 * announced, else as soon as the limit is passed; `REQUEST_TIMEOUT` where it
 * does not arrive in time; `INVALID_BODY` where it breaks off, or was read
 * before.
 */
export function readBody(
  request: Request,
  limits: BodyLimits,
): ReadBody | undefined | Promise<ReadBody | undefined> {
  const maxBodyBytes = Math.min(limits.maxBodyBytes, MAX_PARSED_BYTES);
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > maxBodyBytes) {
    throw tooLarge(maxBodyBytes);
  }
  if (request.bodyUsed) throw usedUp();
  // Whoever made the request may have announced anything: what is not all
  // there is counted while it is read.
  const whole = wholeBody(request);
  if (whole === undefined) {
    return readStream(request, { ...limits, maxBodyBytes });
  }
  if (whole === null || whole.length === 0) return undefined;
  if (isLarger(whole, maxBodyBytes)) throw tooLarge(maxBodyBytes);
  return whole;
}

function isLarger(body: ReadBody, bytes: number): boolean {
  if (typeof body !== "string") return body.length > bytes;
  // A character takes three bytes at most: small bodies need no counting.
  return body.length * 3 > bytes && encoder.encode(body).length > bytes;
}

/**
 * Parses a body.
 *
 * JSON (also `+json`) is parsed; a form (`application/x-www-form-urlencoded`)
 * becomes a plain object, with a list where a name occurs more than once;
 * `multipart/form-data` a `FormData`; `application/octet-stream` bytes;
 * everything else text.
 *
 * @returns What it holds, at once but for `FormData`.
 * @throws {PluginError} `INVALID_BODY` where it does not parse.
 */
export function parseBody(body: ReadBody, type: string | null): unknown {
  if (type !== null && type.length > MAX_TYPE_CHARS) {
    refuse(`its content type is longer than ${MAX_TYPE_CHARS} characters`);
  }
  try {
    switch (kindOf(type)) {
      case "multipart":
        return formOf(body, type!);
      case "bytes":
        return typeof body === "string" ? encoder.encode(body) : body.slice();
      case "json":
        return JSON.parse(textOf(body));
      case "form":
        return fieldsOf(new URLSearchParams(textOf(body)));
      case "text":
        return textOf(body);
    }
  } catch (cause) {
    refuse(cause);
  }
}

function formOf(body: ReadBody, type: string): Promise<FormData> {
  if (!isWholeForm(body, type)) refuse("the multipart form breaks off");
  return new Response(body, { headers: { "content-type": type } })
    .formData().catch(refuse);
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The text without its byte order mark, which decoding takes away as well. */
function textOf(body: ReadBody): string {
  if (typeof body !== "string") return decoder.decode(body);
  return body.startsWith("\ufeff") ? body.slice(1) : body;
}

/** Reads a body of unknown length: one that is still arriving. */
async function readStream(
  { body }: Request,
  limits: BodyLimits,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (body === null) return undefined;
  const reader = body.getReader();
  const { bodyTimeoutMs } = limits;
  if (!isLimit(bodyTimeoutMs)) return await readAll(reader, limits);
  const late = Promise.withResolvers<never>();
  using _timer = new Timer(bodyTimeoutMs, () => {
    const error = tooLate(bodyTimeoutMs);
    late.reject(error);
    reader.cancel(error).catch(() => {});
  });
  return await Promise.race([readAll(reader, limits), late.promise]);
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { maxBodyBytes }: BodyLimits,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(refuse);
    if (done) return size === 0 ? undefined : joinBytes(chunks);
    size += value.length;
    if (size > maxBodyBytes) {
      const error = tooLarge(maxBodyBytes);
      reader.cancel(error).catch(() => {});
      throw error;
    }
    chunks.push(value);
  }
}

/** What a body is parsed as. */
type BodyKind = "json" | "form" | "multipart" | "bytes" | "text";

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
    `Cannot read the request body: it is larger than ${maxBytes} bytes; ${
      maxBytes < MAX_PARSED_BYTES ? "raise maxBodyBytes, or " : ""
    }stream it in a route with body: "raw"`,
  );
}

function tooLate(limitMs: number): PluginError {
  return new PluginError(
    "REQUEST_TIMEOUT",
    `Cannot read the request body: it has not arrived within ${limitMs} ms; raise bodyTimeoutMs, or stream it in a route with body: "raw"`,
  );
}
