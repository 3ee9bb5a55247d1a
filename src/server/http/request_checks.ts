/**
 * What every request is checked for before anybody looks at it: the host that
 * it names, against DNS rebinding, and where a change comes from, against
 * pages of other origins (OWASP, "Cross-Site Request Forgery Prevention").
 *
 * @module
 */
import type { Peer } from "./peer.ts";
import { Refusal } from "./problem.ts";

/** Which hosts and origins are this server's. */
export interface RequestChecks {
  /** Host names, without ports, that the server answers to; `"*"` for any. */
  readonly allowedHosts: readonly string[];
  /** Origins of pages, beside the server's own, that may send changes. */
  readonly origins: readonly string[];
}

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a request for a host that is not this server's.
 *
 * @throws {Refusal} `HOST_MISDIRECTED`.
 */
export function checkHost(
  request: Request,
  { allowedHosts }: RequestChecks,
): void {
  const host = hostOf(request);
  if (allowedHosts.includes("*")) return;
  if (host !== undefined && allowedHosts.includes(host.hostname)) return;
  throw new Refusal(
    "HOST_MISDIRECTED",
    `Cannot answer for host "${
      host?.hostname ?? ""
    }": it is not among allowedHosts`,
  );
}

/**
 * Refuses a change that a page of another origin may have sent. Programs that
 * show an `Authorization` header are let through: no page can make a browser
 * send one.
 *
 * @throws {Refusal} `ORIGIN_NOT_ALLOWED`, `UNSUPPORTED_MEDIA_TYPE`.
 */
export function checkOrigin(
  request: Request,
  peer: Peer,
  checks: RequestChecks,
): void {
  const { headers } = request;
  // No page can send either to another origin without having been let to.
  if (headers.has("authorization") || headers.has("x-api-key")) return;
  if (SAFE.has(request.method)) return;
  const origin = request.headers.get("origin");
  if (origin === null || !isAllowedOrigin(origin, request, peer, checks)) {
    throw new Refusal(
      "ORIGIN_NOT_ALLOWED",
      `Cannot take a change from origin "${
        origin ?? "none"
      }": send an Authorization or X-API-Key header, or add the origin to origins`,
    );
  }
  if (isJson(request.headers.get("content-type"))) return;
  throw new Refusal(
    "UNSUPPORTED_MEDIA_TYPE",
    "Cannot take a change without an Authorization header unless its content type is application/json",
  );
}

/** Whether a page of an origin may send changes and read answers. */
export function isAllowedOrigin(
  origin: string,
  request: Request,
  peer: Peer,
  { origins }: RequestChecks,
): boolean {
  return origin === ownOrigin(request, peer) || origins.includes(origin);
}

/** The origin that a browser sees the server at. */
export function ownOrigin(request: Request, peer: Peer): string | undefined {
  const host = hostOf(request);
  if (host === undefined) return undefined;
  const protocol = peer.isSecure ? "https:" : new URL(request.url).protocol;
  return new URL(`${protocol}//${host.host}`).origin;
}

/** What the request names as its host; the header decides where there is one. */
function hostOf({ url, headers }: Request): URL | undefined {
  const host = headers.get("host") ?? new URL(url).host;
  // Credentials, paths and the like are no host.
  if (!/^[\w.:[\]-]+$/.test(host)) return undefined;
  return URL.parse(`http://${host}`) ?? undefined;
}

function isJson(contentType: string | null): boolean {
  const [type = ""] = (contentType ?? "").split(";");
  return type.trim().toLowerCase() === "application/json";
}
