/**
 * Takes requests apart and puts them together again on the other side.
 *
 * @module
 */
import type { WireRequest } from "./protocol.ts";

/**
 * Takes a request apart. Its body goes along as a stream, or as the bytes that
 * it was parsed from, for the other side to parse them as well: what has been
 * parsed may be of a shape that does not cross.
 *
 * @param raw Its body, where that has been read.
 */
export function takeApart(
  request: Request,
  raw?: string | Uint8Array<ArrayBuffer>,
): WireRequest {
  return {
    method: request.method,
    url: request.url,
    headers: [...request.headers],
    body: raw === undefined
      ? unreadBody(request)
      : typeof raw === "string"
      ? new TextEncoder().encode(raw)
      : raw,
  };
}

function unreadBody(request: Request): WireRequest["body"] {
  return request.bodyUsed || request.body?.locked ? null : request.body;
}

/** Puts a request together. */
export function putTogether(parts: WireRequest, signal: AbortSignal): Request {
  const { method, url, headers, body } = parts;
  return new Request(url, {
    method,
    headers: headers as [string, string][],
    body,
    signal,
  });
}
