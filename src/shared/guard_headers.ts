/**
 * The headers with which a browser treats an answer as a page of nobody's: no
 * script of it acts for the agent that answers, and it is nothing but what its
 * content type says.
 *
 * @module
 */

/**
 * Sets the headers, where the answer has no policy of its own that it was
 * allowed.
 */
export function guardHeaders(headers: Headers): void {
  if (!headers.has("content-security-policy")) {
    headers.set("content-security-policy", "sandbox");
  }
  headers.set("x-content-type-options", "nosniff");
}
