/**
 * Reads which plugin and which path below it a URL names:
 * `/plugins/<id or name>/routes/<path>`, behind any prefix.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";

/** What a URL names. */
export interface PluginAddress {
  /** The plugin's id, or its name, decoded. */
  readonly plugin: number | string;
  /** The path below `/routes`, as it was sent. */
  readonly path: string;
}

const MOUNT = "/plugins/";
const ROUTES = "/routes";

/**
 * The path of a URL as `new URL` gives it, which is what a host looks at as
 * well. A server may hand on the request's target as it was sent, with `..`,
 * `%2e%2e` and backslashes in it.
 *
 * @throws {PluginError} `INVALID_REQUEST` for what is no URL.
 */
export function pathnameOf(url: string): string {
  try {
    return new URL(url).pathname;
  } catch (cause) {
    throw new PluginError(
      "INVALID_REQUEST",
      `Cannot answer "${url}": it is no URL`,
      { cause },
    );
  }
}

/**
 * Reads a path. The first mount that is followed by a plugin and its routes
 * counts.
 *
 * @throws {PluginError} `ROUTE_NOT_FOUND` where it names no plugin's routes,
 * `INVALID_REQUEST` for a malformed percent escape in the plugin's name.
 */
export function addressOf(path: string): PluginAddress {
  let mount = path.indexOf(MOUNT);
  while (mount >= 0) {
    const start = mount + MOUNT.length;
    const end = endOfPlugin(path, start);
    if (end > start) {
      return {
        plugin: readKey(path.slice(start, end)),
        path: path.slice(end + ROUTES.length),
      };
    }
    mount = path.indexOf(MOUNT, start - 1);
  }
  throw new PluginError(
    "ROUTE_NOT_FOUND",
    "Cannot answer this path: plugins are served under /plugins/<id or name>/routes/<path>",
  );
}

/** Where the plugin's id or name ends, in front of `/routes`; else -1. */
function endOfPlugin(path: string, start: number): number {
  const slash = path.indexOf("/", start);
  if (isRoutes(path, slash)) return slash;
  // The one kind of name that holds a slash: "@scope/name".
  if (path[start] !== "@" || slash < 0) return -1;
  const second = path.indexOf("/", slash + 1);
  return second > slash + 1 && isRoutes(path, second) ? second : -1;
}

function isRoutes(path: string, slash: number): boolean {
  if (slash < 0 || !path.startsWith(ROUTES, slash)) return false;
  const end = slash + ROUTES.length;
  return end === path.length || path[end] === "/";
}

/**
 * Digits without a zero in front are an id and nothing else: whoever blocks
 * plugin 7 must not be got round by a plugin that is named 7.
 */
function readKey(text: string): number | string {
  const key = text.includes("%") ? decode(text) : text;
  if (!/^[1-9]\d*$/.test(key)) return key;
  const id = Number(key);
  return Number.isSafeInteger(id) ? id : key;
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (cause) {
    throw new PluginError(
      "INVALID_REQUEST",
      `Cannot decode the plugin's name "${key}": its percent escapes are malformed`,
      { cause },
    );
  }
}
