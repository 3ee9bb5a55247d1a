/**
 * Finds out where a plugin's code is: one pure function from a manifest and
 * its address to the address of the bundle.
 *
 * @module
 */
import type { Manifest } from "./manifest.ts";
import {
  isManifestFile,
  isNotation,
  rawUrl,
  toDirectoryUrl,
} from "./repository_notation.ts";

/** What decides where the code is. */
export type CodeSource = Partial<
  Pick<Manifest, "bundle" | "manifest" | "plugin" | "repository" | "repoType">
>;

/** Where every bundle lies in its plugin's folder. */
const BUNDLE = "bundle/index.js";

/** Tells whether a manifest says where its code is. */
export function hasCode(source: CodeSource): boolean {
  if (source.plugin || source.bundle) return true;
  const { repository, repoType } = source;
  if (typeof repository !== "string") return false;
  if (repoType === "local") return true;
  if (repoType === "http") return URL.canParse(repository);
  return isNotation(repository, repoType);
}

/**
 * The address of a plugin's bundle.
 *
 * @returns The address; `undefined` where the manifest does not say, or says
 * something that leads out of its repository.
 */
export function bundleUrl(
  source: CodeSource,
  manifestUrl: string,
): string | undefined {
  if (source.bundle) return URL.parse(source.bundle, manifestUrl)?.href;
  if (!hasCode(source)) return undefined;
  const root = repositoryRoot(source);
  if (root === undefined) return URL.parse(BUNDLE, manifestUrl)?.href;
  const folder = pluginFolder(source.manifest ?? "");
  return folder && URL.parse(`${folder}${BUNDLE}`, root)?.href;
}

/**
 * Where a plugin's bundle may be: relative to where the manifest was in the
 * end, and, where redirects led to another place, to where it was asked for.
 * Release assets are such a case: the last hop has no neighbours.
 *
 * @param manifestUrls Where the manifest was, the last hop first.
 * @returns The addresses, the likeliest first; none as {@linkcode bundleUrl}.
 */
export function bundleUrls(
  source: CodeSource,
  manifestUrls: readonly string[],
): string[] {
  const urls = manifestUrls.flatMap((url) => bundleUrl(source, url) ?? []);
  return [...new Set(urls)];
}

/** The folder that a repository's paths start from. */
function repositoryRoot(
  { repository = "", repoType }: CodeSource,
): string | undefined {
  return rawUrl(repository, repoType) ?? toDirectoryUrl(repository);
}

/**
 * The folder of the plugin, with a slash at its end: a URL, or a path below
 * the repository's root. The original writes the folder itself into
 * `manifest`, its documents the address of the file. A page of github.com
 * holds no raw files, so there the repository's path has to say it all.
 */
function pluginFolder(manifest: string): string | undefined {
  if (/^https?:\/\/github\.com\//.test(manifest)) return "./";
  if (/^(https?|file):/.test(manifest)) return URL.parse(".", manifest)?.href;
  const segments = manifest.split("/")
    .filter((segment) => segment !== "" && segment !== ".");
  if (isManifestFile(segments.at(-1))) segments.pop();
  if (segments.includes("..")) return undefined;
  return `./${
    segments.map((segment) => `${encodeURIComponent(segment)}/`).join("")
  }`;
}
