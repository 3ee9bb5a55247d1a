/**
 * Keeps what a plugin answers apart from what else is served at the origin:
 * a plugin's page that could script would act as the person who looks at it.
 *
 * @module
 */

/**
 * A document in it has an origin of its own: no script of it runs, and it
 * neither reads nor sends what belongs to the server (CSP Level 3, 6.3.2).
 */
const POLICY = "sandbox; frame-ancestors 'none'";

/** What a plugin may not say for the whole origin. */
const FOR_THE_ORIGIN = [
  "set-cookie",
  "clear-site-data",
  "service-worker-allowed",
  "strict-transport-security",
  "public-key-pins",
  "nel",
  "report-to",
  "reporting-endpoints",
];

/** The answer of a plugin, as a browser may have it. */
export function containedAnswer(answer: Response): Response {
  // An upgraded connection is no document, and cannot be made again.
  if (answer.status === 101) return answer;
  const headers = new Headers(answer.headers);
  for (const name of FOR_THE_ORIGIN) headers.delete(name);
  headers.append("content-security-policy", POLICY);
  headers.set("x-content-type-options", "nosniff");
  const { body, status, statusText } = answer;
  return new Response(body, { status, statusText, headers });
}
