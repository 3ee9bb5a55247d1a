/**
 * Fetches the source map that a bundle names, so that stack traces name the
 * author's files.
 *
 * @module
 */
import { messageOf } from "../../shared/errors.ts";
import { clip } from "../../shared/text/clip.ts";
import type { FetchedText, FetchOptions } from "./fetch_options.ts";
import { fetchText } from "./fetch_text.ts";

/** As the last line of code, per https://tc39.es/ecma426/#sec-linking-inline. */
const COMMENT = /(?:^|\n)[ \t]*\/\/[#@][ \t]*sourceMappingURL=(\S+)\s*$/;
/** Longer comments hold the map themselves. */
const MAX_COMMENT = 4096;

/** What came of looking for a map. */
export interface FetchedSourceMap {
  /** The map as JSON, without the sources' text. */
  readonly sourceMap?: string;
  /** Why there is none, where the code names one. */
  readonly warning?: string;
}

/**
 * Fetches the map that code names in its last line, from where the code is.
 * Nobody vouches for a map, and nothing depends on it but what stack traces
 * say: one that cannot be had is a warning.
 *
 * @returns The map; nothing where the code names none, or holds it.
 */
export async function fetchSourceMap(
  code: string,
  bundleUrl: string,
  options: FetchOptions,
): Promise<FetchedSourceMap> {
  const named = COMMENT.exec(code.slice(-MAX_COMMENT))?.[1];
  if (named === undefined || named.startsWith("data:")) return {};
  const url = URL.parse(named, bundleUrl);
  if (url === null || !isBeside(url, new URL(bundleUrl))) {
    return unusable(named, "it is not where the bundle is");
  }
  try {
    const target = { ...options, subject: "source map" } as const;
    const { text } = await fetchText(url.href, target) as FetchedText;
    const sourceMap = compactMap(text);
    return sourceMap === undefined
      ? unusable(named, "it is no source map of one file")
      : { sourceMap };
  } catch (error) {
    options.signal?.throwIfAborted();
    return unusable(named, messageOf(error));
  }
}

function isBeside(url: URL, bundle: URL): boolean {
  return url.protocol === bundle.protocol && url.host === bundle.host;
}

/** The text of the sources is many times as long, and nothing reads it. */
function compactMap(text: string): string | undefined {
  try {
    const { version, sources, sourceRoot, names, mappings } = JSON.parse(text);
    if (version !== 3 || !Array.isArray(sources)) return undefined;
    if (typeof mappings !== "string") return undefined;
    const root = typeof sourceRoot === "string" ? sourceRoot : "";
    return JSON.stringify({
      version,
      sources: sources.map((source) => root + String(source ?? "")),
      names: Array.isArray(names) ? names : [],
      mappings,
    });
  } catch {
    return undefined;
  }
}

function unusable(named: string, state: string): FetchedSourceMap {
  return {
    warning: `Cannot use the source map "${
      clip(named, 200)
    }": ${state}; stack traces name lines of the bundle`,
  };
}
