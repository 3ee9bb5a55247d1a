/**
 * The whole way from a manifest's link to a row that may be stored.
 *
 * @module
 */
import type {
  DBPluginSchema,
  PluginExtras,
} from "../store/plugin_repository.ts";
import { bundleUrls } from "./manifest/bundle_url.ts";
import { fetchError, printable } from "./download/fetch_error.ts";
import type { FetchedText, FetchOptions } from "./download/fetch_options.ts";
import { fetchSourceMap } from "./download/fetch_source_map.ts";
import { fetchText } from "./download/fetch_text.ts";
import { checkIntegrity } from "./trust/integrity.ts";
import { PluginError } from "../shared/errors.ts";
import { refuseFor } from "./manifest/issues.ts";
import type { Manifest } from "./manifest/manifest.ts";
import { formatOf } from "./manifest/manifest_format.ts";
import {
  checkMetadata,
  type ParsedManifest,
  parseManifest,
} from "./manifest/parse_manifest.ts";
import { toExtras, toRow } from "./manifest/to_plugin.ts";
import {
  type KnownRepository,
  verifyByRepository,
} from "./trust/repository_service.ts";
import type { SignatureState } from "./trust/signature.ts";
import {
  checkEngine,
  requireDigest,
  signatureOf,
  type TrustOptions,
} from "./trust/trust.ts";
import type { Verdict } from "./trust/verdict.ts";
import {
  type Verification,
  type VerificationOptions,
  type VerifiedPlugin,
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

/** {@linkcode ObtainOptions}, and what the handler itself knows. */
export interface ObtainSettings extends ObtainOptions {
  /** The repositories that the host keeps; `undefined` where it keeps none. */
  readonly repositories?: () => readonly KnownRepository[] | undefined;
}

/** A plugin that passed every check and is stored nowhere yet. */
export interface ObtainedPlugin {
  /** The row. */
  readonly row: DBPluginSchema;
  /** What goes beside the row. */
  readonly extras: PluginExtras;
  /** What is odd, such as unknown fields. */
  readonly warnings: readonly string[];
  /** What verification services said, where any was asked. */
  readonly verdicts: readonly Verdict[];
}

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
  options: ObtainSettings = {},
): Promise<ObtainedPlugin> {
  const fetched = await fetchText(url, { ...options, subject: "manifest" });
  return await completePlugin(fetched as FetchedText, url, options);
}

/**
 * As {@linkcode obtainPlugin}, unless the server says that nothing changed.
 *
 * @param etag The `ETag` of the manifest that the caller has.
 * @param options The limits, and what is demanded.
 * @returns The plugin; `null` where the manifest is the one that the caller has.
 * @throws {PluginError} What is wrong, in a code of its own each.
 */
export async function obtainChangedPlugin(
  url: string,
  etag: string | null,
  options: ObtainSettings = {},
): Promise<ObtainedPlugin | null> {
  const target = { ...options, subject: "manifest", etag } as const;
  const fetched = await fetchText(url, target);
  return fetched && await completePlugin(fetched, url, options);
}

/**
 * As {@linkcode obtainPlugin}, for a manifest in hand, such as an entry of a
 * repository's file in the original's form.
 *
 * @param metadata The manifest, with or without its code.
 * @param options The limits, and what is demanded.
 * @returns The plugin, ready to be stored.
 * @throws {PluginError} What is wrong, in a code of its own each.
 */
export async function obtainFromMetadata(
  metadata: unknown,
  options: ObtainSettings = {},
): Promise<ObtainedPlugin> {
  const parsed = checkMetadata(metadata);
  const { manifest } = parsed.manifest;
  const base = URL.canParse(manifest) ? [manifest] : [];
  return await complete(parsed, { base, options });
}

async function completePlugin(
  fetched: FetchedText,
  url: string,
  options: ObtainSettings,
): Promise<ObtainedPlugin> {
  const format = formatOf(url, fetched);
  const parsed = parseManifest(fetched.text, format, printable(url));
  const base = [fetched.url, url];
  const { etag } = fetched;
  return await complete(parsed, { base, from: { url, etag }, options });
}

/** Where a manifest came from, and what is demanded of it. */
interface Obtaining {
  /** Where the manifest was, the last hop first. */
  readonly base: readonly string[];
  /** What was fetched; nothing for a manifest in hand. */
  readonly from?: Pick<FetchedText, "url" | "etag">;
  readonly options: ObtainSettings;
}

async function complete(
  { manifest, warnings }: ParsedManifest,
  { base, from, options }: Obtaining,
): Promise<ObtainedPlugin> {
  checkEngine(manifest);
  requireDigest(manifest, options);
  const signature = await signatureOf(manifest, options);
  const bundle = manifest.plugin
    ? { text: manifest.plugin, url: undefined }
    : await fetchBundle(manifest, base, options);
  checkIntegrity(manifest, bundle.text);
  const plugin = { manifest, code: bundle.text };
  const verified = await verify(plugin, options);
  const { sourceMap, warning } = bundle.url === undefined
    ? {}
    : await fetchSourceMap(bundle.text, bundle.url, bundle.options);
  const origin = originOf(manifest, {
    signature,
    url: from?.url ?? bundle.url,
  });
  return {
    row: toRow(manifest, bundle.text),
    extras: toExtras(manifest, {
      sourceUrl: from?.url ?? null,
      etag: from?.etag ?? null,
      signature,
      origin,
      ...(sourceMap === undefined ? {} : { sourceMap }),
    }),
    warnings: [
      ...warnings,
      ...verified.warnings,
      ...(warning === undefined ? [] : [warning]),
    ],
    verdicts: verified.verdicts,
  };
}

/**
 * Whose plugin it is: a name alone is anybody's, and `repository` is a claim.
 */
function originOf(
  { keyId }: Manifest,
  { signature, url }: { signature: SignatureState; url?: string | undefined },
): string {
  if (signature === "signed") return `key:${keyId}`;
  return url === undefined ? "host" : `url:${printable(url)}`;
}

async function verify(
  plugin: VerifiedPlugin,
  options: ObtainSettings,
): Promise<Verification> {
  const { verification, repositories } = options;
  const asked = await Promise.all([
    verification && verifyPlugin(plugin, verification, options),
    verifyByRepository(plugin, repositories?.(), options),
  ]);
  return {
    verdicts: asked.flatMap((it) => it?.verdicts ?? []),
    warnings: asked.flatMap((it) => it?.warnings ?? []),
  };
}

/** Nothing is relative to a manifest in hand. */
const NOWHERE = "about:blank";

/** Code that was fetched. */
interface FetchedBundle extends FetchedText {
  /** The limits that held for it, and hold for what is beside it. */
  readonly options: FetchOptions;
}

/** The first of the addresses where a bundle may be that has one. */
async function fetchBundle(
  manifest: Manifest,
  base: readonly string[],
  settings: ObtainSettings,
): Promise<FetchedBundle> {
  const urls = bundleUrls(manifest, base.length > 0 ? base : [NOWHERE]);
  if (urls.length === 0) throw noAddress(manifest);
  // What came over the network must not lead to the host's own files.
  const isLocal = base.every((url) => url.startsWith("file:"));
  const allowLocalFiles = (settings.allowLocalFiles ?? false) && isLocal;
  const options = { ...settings, allowLocalFiles };
  const failures: unknown[] = [];
  for (const url of urls) {
    try {
      return { ...await fetchCode(url, options), options };
    } catch (error) {
      failures.push(error);
      if (!isMissing(error)) break;
    }
  }
  throw failures[0];
}

async function fetchCode(
  url: string,
  options: ObtainOptions,
): Promise<FetchedText> {
  const target = { ...options, subject: "bundle" } as const;
  const fetched = await fetchText(url, target) as FetchedText;
  const start = fetched.text.trimStart();
  if (start !== "" && !start.startsWith("<")) return fetched;
  const state = start === ""
    ? "it is empty"
    : "it is an HTML page and not code";
  throw fetchError("MANIFEST_FETCH_FAILED", ["bundle", url], { state });
}

function isMissing(error: unknown): boolean {
  return error instanceof PluginError && error.code === "MANIFEST_FETCH_FAILED";
}

function noAddress({ name, bundle }: Manifest): PluginError {
  const message = "leads to no address within the repository";
  const path = [bundle === undefined ? "manifest" : "bundle"];
  const intent = `Cannot find the code of plugin "${name}"`;
  return refuseFor("INVALID_MANIFEST", intent, [{ message, path }]);
}
