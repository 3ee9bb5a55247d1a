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
 * @param request The request.
 * @param bytes Its body, where that has been read.
 * @returns Its parts.
 */
export function takeApart(
  request: Request,
  bytes?: Uint8Array<ArrayBuffer>,
): WireRequest {
  const isRead = request.bodyUsed || request.body?.locked;
  return {
    method: request.method,
    url: request.url,
    headers: [...request.headers],
    body: bytes ?? (isRead ? null : request.body),
  };
}

/**
 * Puts a request together.
 *
 * @param parts Its parts.
 * @param signal Aborts when the original does.
 * @returns The request.
 */
export function putTogether(parts: WireRequest, signal: AbortSignal): Request {
  const { method, url, headers, body } = parts;
  return new Request(url, {
    method,
    headers: headers as [string, string][],
    body,
    signal,
  });
}
