/**
 * Tells what a manifest is written in.
 *
 * @module
 */
import { fetchError } from "../download/fetch_error.ts";
import type { FetchedText } from "../download/fetch_options.ts";
import type { ManifestFormat } from "./parse_manifest.ts";

/**
 * The format of a manifest: by the path that was asked for, else by the path
 * that it redirected to, else by the content type.
 *
 * @throws {PluginError} `INVALID_MANIFEST` where nothing tells it.
 */
export function formatOf(url: string, fetched: FetchedText): ManifestFormat {
  const format = byPath(url) ?? byPath(fetched.url) ??
    byContentType(fetched.contentType);
  if (format) return format;
  const state = "neither its path (.json, .yml, .yaml) nor its content type " +
    `("${fetched.contentType}") says whether it is JSON or YAML`;
  throw fetchError("INVALID_MANIFEST", ["manifest", url], { state });
}

function byPath(url: string): ManifestFormat | undefined {
  const path = URL.parse(url)?.pathname ?? "";
  if (/\.json$/i.test(path)) return "json";
  return /\.ya?ml$/i.test(path) ? "yaml" : undefined;
}

function byContentType(type: string): ManifestFormat | undefined {
  if (/^[^/]+\/(.+\+)?json$/.test(type)) return "json";
  return /^[^/]+\/(.+\+|x-)?yaml$/.test(type) ? "yaml" : undefined;
}
