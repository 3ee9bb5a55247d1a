/**
 * Where a page may lead.
 *
 * @module
 */

const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** An address that a link may have; `undefined` for all others. */
export function safeHref(href: unknown): string | undefined {
  if (typeof href !== "string") return undefined;
  const url = URL.parse(href, location.href);
  return url !== null && PROTOCOLS.has(url.protocol) ? url.href : undefined;
}

/**
 * The place of the console that a `navigate` means: from the root where it
 * begins with a slash, else below the plugin's pages.
 */
export function pageAddress(plugin: string, path: string): string {
  const place = path.startsWith("/")
    ? path
    : `/p/${encodeURIComponent(plugin)}/${path.replace(/^\.\//, "")}`;
  return /^\/(p|console)(\/|$)/.test(place) ? place : "/console";
}
