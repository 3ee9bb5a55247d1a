/**
 * Reads the links that hosts hand over.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";

/**
 * A link as text.
 *
 * @param act What is not done with anything else.
 * @throws {PluginError} `INVALID_REQUEST` for what is neither a string nor a
 * URL.
 */
export function linkOf(link: unknown, act: string): string {
  if (link instanceof URL) return link.href;
  if (typeof link === "string") return link;
  throw new PluginError(
    "INVALID_REQUEST",
    `${act}: the link is of type ${
      link === null ? "null" : typeof link
    }; pass a string or a URL`,
  );
}
