/**
 * Opens what fetches and checks plugins where a plugin is fetched: a start that
 * only loads what is stored does without it.
 *
 * @module
 */
import type { ObtainedPlugin, ObtainSettings } from "./obtain_plugin.ts";
import type { StoredPluginCode } from "../store/plugin_repository.ts";
import type {
  ManifestFormat,
  ParsedManifest,
} from "./manifest/parse_manifest.ts";
import type { SignatureState } from "./trust/signature.ts";
import type { TrustOptions } from "./trust/trust.ts";

const open = () => import("./obtain_plugin.ts");

/**
 * Fetches a manifest and its code and checks both. Needs `--allow-net` for the
 * hosts, or `--allow-read` for `file:` URLs.
 *
 * @param options The limits, and what is demanded.
 * @returns The plugin, ready to be stored.
 * @throws {PluginError} What is wrong, in a code of its own each.
 */
export async function obtainPlugin(
  url: string,
  options?: ObtainSettings,
): Promise<ObtainedPlugin> {
  return await (await open()).obtainPlugin(url, options);
}

/** As {@linkcode obtainPlugin}, `null` where the server says nothing changed. */
export async function obtainChangedPlugin(
  url: string,
  etag: string | null,
  options?: ObtainSettings,
): Promise<ObtainedPlugin | null> {
  return await (await open()).obtainChangedPlugin(url, etag, options);
}

/** As {@linkcode obtainPlugin}, for a manifest in hand. */
export async function obtainFromMetadata(
  metadata: unknown,
  options?: ObtainSettings,
): Promise<ObtainedPlugin> {
  return await (await open()).obtainFromMetadata(metadata, options);
}

/** What the signature of a stored plugin says by the keys trusted now. */
export async function checkStoredSignature(
  row: StoredPluginCode,
  options: TrustOptions,
): Promise<SignatureState> {
  const trust = await import("./trust/stored_signature.ts");
  return await trust.checkStoredSignature(row, options);
}

/** Whether a version lies in a range; what is none lies nowhere. */
export async function isInRange(
  version: string,
  range: string,
): Promise<boolean> {
  const ranges = await import("./manifest/is_in_range.ts");
  return ranges.isInRange(version, range);
}

/**
 * Reads a manifest. Needs no permissions.
 *
 * @param text The text; a byte order mark is skipped.
 * @param format What it is written in.
 * @param source What messages call it, such as its URL.
 * @returns The manifest and what is odd about it.
 * @throws {ValidationError} `INVALID_MANIFEST`, with every problem's path, or
 * with the line and the column where the text cannot be read; as a rejection.
 *
 * @example Checking a manifest before publishing it
 * ```ts
 * import { parseManifest, ValidationError } from "@dockstat/plugin-handler";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const text = `name: greeter
 * version: 1.0
 * repository: owner/greeter:main
 * repoType: github
 * manifest: greeter
 * author: { name: Developer }
 * `;
 * const { issues } = await assertRejects(
 *   () => parseManifest(text, "yaml"),
 *   ValidationError,
 * );
 * assertEquals(issues, [{
 *   message: "is of type number and not string, so put it in quotes",
 *   path: ["version"],
 * }]);
 * ```
 */
export async function parseManifest(
  text: string,
  format: ManifestFormat,
  source?: string,
): Promise<ParsedManifest> {
  const manifests = await import("./manifest/parse_manifest.ts");
  return manifests.parseManifest(text, format, source);
}
