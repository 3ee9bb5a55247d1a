/**
 * Makes the request with which a page calls one of its plugin's API routes.
 *
 * @module
 */
import type { HttpMethod } from "../../plugin/plugin.ts";
import type { LoadedPlugin } from "../../execution/mod.ts";

/**
 * Makes the request, as it would come from outside.
 *
 * @param apiRoute The route, with or without leading slash and query string.
 * @param init The method, and the body as a value; `GET` has none.
 */
export function toRequest(
  plugin: LoadedPlugin,
  apiRoute: string,
  init: { readonly method: HttpMethod; readonly body: unknown },
): Request {
  const { method, body } = init;
  const slash = apiRoute.startsWith("/") ? "" : "/";
  const url = `http://localhost/plugins/${plugin.id}/routes${slash}${apiRoute}`;
  if (method === "GET" || body === undefined) {
    return new Request(url, { method });
  }
  return new Request(url, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
