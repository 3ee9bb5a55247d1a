/**
 * The whole way from a manifest's link to a row that may be stored.
 *
 * @module
 */
import type {
  DBPluginSchema,
  PluginExtras,
} from "../store/plugin_repository.ts";
import { bundleUrl } from "./manifest/bundle_url.ts";
import { fetchError, printable } from "./download/fetch_error.ts";
import type { FetchedText, FetchOptions } from "./download/fetch_options.ts";
import { fetchText } from "./download/fetch_text.ts";
import { checkIntegrity } from "./trust/integrity.ts";
import { refuseFor } from "./manifest/issues.ts";
import type { Manifest } from "./manifest/manifest.ts";
import { formatOf } from "./manifest/manifest_format.ts";
import { parseManifest } from "./manifest/parse_manifest.ts";
import { toExtras, toRow } from "./manifest/to_plugin.ts";
import {
  checkEngine,
  requireDigest,
  signatureOf,
  type TrustOptions,
} from "./trust/trust.ts";
import type { Verdict } from "./trust/verdict.ts";
import {
  type VerificationOptions,
  verifyPlugin,
} from "./trust/verification.ts";

/** Options for obtaining a plugin. */
export interface ObtainOptions extends FetchOptions, TrustOptions {
  /**
   * A verification service that is asked before the plugin is handed on.
   *
   * @default none is asked
   */
  verification?: VerificationOptions;
}

/** A plugin that passed every check and is stored nowhere yet. */
export interface ObtainedPlugin {
  /** The row. */
  readonly row: DBPluginSchema;
  /** What goes beside the row. */
  readonly extras: PluginExtras;
  /** What is odd, such as unknown fields. */
  readonly warnings: readonly string[];
  /** What the verification service said, where one was asked. */
  readonly verdicts: readonly Verdict[];
}

/**
 * Fetches a manifest and its code and checks both. Needs `--allow-net` for the
 * hosts, or `--allow-read` for `file:` URLs.
 *
 * @param url The manifest's URL.
 * @param options The limits, and what is demanded.
 * @returns The plugin, ready to be stored.
 * @throws {PluginError} What is wrong, in a code of its own each.
 */
export async function obtainPlugin(
  url: string,
  options: ObtainOptions = {},
): Promise<ObtainedPlugin> {
  const fetched = await fetchText(url, { ...options, subject: "manifest" });
  return await completePlugin(fetched as FetchedText, url, options);
}

/**
 * As {@linkcode obtainPlugin}, unless the server says that nothing changed.
 *
 * @param url The manifest's URL.
 * @param etag The `ETag` of the manifest that the caller has.
 * @param options The limits, and what is demanded.
 * @returns The plugin; `null` where the manifest is the one that the caller has.
 * @throws {PluginError} What is wrong, in a code of its own each.
 */
export async function obtainChangedPlugin(
  url: string,
  etag: string | null,
  options: ObtainOptions = {},
): Promise<ObtainedPlugin | null> {
  const target = { ...options, subject: "manifest", etag } as const;
  const fetched = await fetchText(url, target);
  return fetched && await completePlugin(fetched, url, options);
}

async function completePlugin(
  fetched: FetchedText,
  url: string,
  options: ObtainOptions,
): Promise<ObtainedPlugin> {
  const { manifest, warnings } = parseManifest(
    fetched.text,
    formatOf(url, fetched),
    printable(url),
  );
  checkEngine(manifest);
  requireDigest(manifest, options);
  const signature = await signatureOf(manifest, options);
  const code = manifest.plugin || await fetchBundle(manifest, fetched, options);
  checkIntegrity(manifest, code);
  const { verification } = options;
  const verified = verification &&
    await verifyPlugin({ manifest, code }, verification, options);
  const { etag } = fetched;
  return {
    row: toRow(manifest, code),
    extras: toExtras(manifest, { sourceUrl: url, etag, signature }),
    warnings: [...warnings, ...verified?.warnings ?? []],
    verdicts: verified?.verdicts ?? [],
  };
}

async function fetchBundle(
  manifest: Manifest,
  from: FetchedText,
  options: ObtainOptions,
): Promise<string> {
  const url = bundleUrl(manifest, from.url);
  if (url === undefined) {
    const message = "leads to no address within the repository";
    const path = [manifest.bundle === undefined ? "manifest" : "bundle"];
    throw refuseFor(
      "INVALID_MANIFEST",
      `Cannot find the code of plugin "${manifest.name}"`,
      [{ message, path }],
    );
  }
  const target = { ...options, subject: "bundle" } as const;
  const { text } = await fetchText(url, target) as FetchedText;
  const start = text.trimStart();
  if (start !== "" && !start.startsWith("<")) return text;
  const state = start === ""
    ? "it is empty"
    : "it is an HTML page and not code";
  throw fetchError("MANIFEST_FETCH_FAILED", ["bundle", url], { state });
}
