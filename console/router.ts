/**
 * Which page is shown: the address below the mount.
 *
 * @module
 */
import { signal } from "@preact/signals";
import { mount } from "./api/client.ts";

export interface Place {
  /** The path below the mount, decoded by parts where it is matched. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Where the person is. */
export const place = signal<Place>(placeOf(location.href));

function placeOf(href: string): Place {
  const { pathname, searchParams } = new URL(href, location.href);
  const below = pathname.startsWith(mount)
    ? pathname.slice(mount.length)
    : pathname;
  return { path: below || "/", query: searchParams };
}

/** The address of a place, for links. */
export function linkTo(path: string): string {
  return mount + path;
}

/** Goes to a place of the console, or of plugins' pages. */
export function go(path: string, { replace = false } = {}): void {
  const change = replace ? "replaceState" : "pushState";
  history[change](null, "", mount + path);
  const before = place.value.path;
  place.value = placeOf(location.href);
  if (before !== place.value.path) {
    scrollTo(0, 0);
    // Readers of screens are told of the new page by its heading.
    requestAnimationFrame(() => document.querySelector("main")?.focus());
  }
}

/** Follows the browser's buttons and clicks on links of the console. */
export function followAddress(): void {
  addEventListener("popstate", () => {
    place.value = placeOf(location.href);
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const anchor = (event.target as Element).closest?.("a");
    const path = anchor && pathOf(anchor);
    if (!path) return;
    event.preventDefault();
    go(path);
  });
}

/** The place that a link leads to, where it is one of ours. */
function pathOf(anchor: HTMLAnchorElement): string | undefined {
  if (anchor.target || anchor.hasAttribute("download")) return undefined;
  const { origin, pathname, search } = new URL(anchor.href, location.href);
  if (origin !== location.origin || !pathname.startsWith(mount)) {
    return undefined;
  }
  const path = pathname.slice(mount.length);
  return /^\/(console|p)(\/|$)/.test(path) ? path + search : undefined;
}
