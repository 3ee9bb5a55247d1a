/**
 * Takes requests apart and puts them together again on the other side.
 *
 * @module
 */
import type { WireRequest } from "./protocol.ts";

/**
 * Takes a request apart. Its body goes along as a stream unless it has been
 * read, which is so for routes whose body is parsed before the chain.
 *
 * @param request The request.
 * @returns Its parts.
 */
export function takeApart(request: Request): WireRequest {
  return {
    method: request.method,
    url: request.url,
    headers: [...request.headers],
    body: request.bodyUsed || request.body?.locked ? null : request.body,
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
