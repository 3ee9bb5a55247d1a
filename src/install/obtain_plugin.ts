/**
 * The whole way from a manifest's link to a row that may be stored.
 *
 * @module
 */
import { PluginError } from "../errors.ts";
import type {
  DBPluginSchema,
  PluginExtras,
} from "../store/plugin_repository.ts";
import { VERSION } from "../version.ts";
import { bundleUrl } from "./bundle_url.ts";
import { isInRange } from "./engines.ts";
import { printable } from "./fetch_error.ts";
import type { FetchedText, FetchOptions } from "./fetch_options.ts";
import { fetchText } from "./fetch_text.ts";
import { checkIntegrity } from "./integrity.ts";
import { refuseFor } from "./issues.ts";
import type { Manifest } from "./manifest.ts";
import { formatOf } from "./manifest_format.ts";
import { parseManifest } from "./parse_manifest.ts";
import {
  checkSignature,
  type SignatureState,
  type TrustedKeys,
} from "./signature.ts";
import { toExtras, toRow } from "./to_plugin.ts";

/** Options for obtaining a plugin. */
export interface ObtainOptions extends FetchOptions {
  /**
   * Refuses a manifest that does not promise a digest of its code.
   *
   * @default false
   */
  requireIntegrity?: boolean;
  /**
   * Refuses a plugin that no trusted key has signed.
   *
   * @default false
   */
  requireSignature?: boolean;
  /**
   * The public keys that may sign, by `keyId`.
   *
   * @default {}
   */
  trustedKeys?: TrustedKeys;
}

/** A plugin that passed every check and is stored nowhere yet. */
export interface ObtainedPlugin {
  /** The row. */
  readonly row: DBPluginSchema;
  /** What goes beside the row. */
  readonly extras: PluginExtras;
  /** What is odd, such as unknown fields. */
  readonly warnings: readonly string[];
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
  checkDemands(manifest, options);
  const signature = await checkSignature(manifest, options.trustedKeys ?? {});
  checkSigned(manifest, signature, options);
  const code = manifest.plugin || await fetchBundle(manifest, fetched, options);
  checkIntegrity(manifest, code);
  const { etag } = fetched;
  return {
    row: toRow(manifest, code),
    extras: toExtras(manifest, { sourceUrl: url, etag, signature }),
    warnings,
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
  if (!text.trimStart().startsWith("<")) return text;
  throw new PluginError(
    "MANIFEST_FETCH_FAILED",
    `Cannot fetch bundle "${printable(url)}": it is an HTML page and not code`,
  );
}

function checkEngine({ name, engines }: Manifest): void {
  const range = engines?.dockstat;
  if (range === undefined || isInRange(VERSION, range)) return;
  const message = `asks for ${range}, and this is version ${VERSION}`;
  const path = ["engines", "dockstat"];
  throw refuseFor("INVALID_MANIFEST", `Cannot use plugin "${name}"`, [
    { message, path },
  ]);
}

function checkDemands(
  { name, integrity }: Manifest,
  { requireIntegrity = false }: ObtainOptions,
): void {
  if (!requireIntegrity || integrity !== undefined) return;
  throw new PluginError(
    "INTEGRITY_MISMATCH",
    `Cannot trust plugin "${name}": its manifest promises no integrity, ` +
      "which requireIntegrity demands",
  );
}

function checkSigned(
  { name, keyId }: Manifest,
  state: SignatureState,
  { requireSignature = false }: ObtainOptions,
): void {
  if (!requireSignature || state === "signed") return;
  const reason = state === "unsigned"
    ? "it is not signed"
    : `the key "${keyId}" is not among the trusted ones, or has expired`;
  throw new PluginError(
    "SIGNATURE_INVALID",
    `Cannot trust plugin "${name}": ${reason}, and requireSignature demands ` +
      "a trusted signature",
  );
}
