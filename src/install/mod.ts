/**
 * The door of the install room: manifests and what they lead to, fetched,
 * checked, and handed on as rows that may be stored.
 *
 * Permissions:
 *
 * - `--allow-net` for the hosts of manifests, bundles and verification
 *   services, redirects included. A host may be limited to a port, except with
 *   `allowPrivateHosts: false`, which looks names up.
 * - `--allow-read` for local manifests and bundles, which `allowLocalFiles`
 *   has to allow first.
 *
 * Parsing, digests and signatures need none.
 *
 * @module
 */
export { isInRange, isRange } from "./engines.ts";
export { printable } from "./fetch_error.ts";
export {
  type FetchedText,
  type FetchOptions,
  type FetchProgress,
  type FetchSubject,
} from "./fetch_options.ts";
export { type FetchTarget, fetchText } from "./fetch_text.ts";
export {
  type Manifest,
  type ManifestAuthor,
  type ManifestPermission,
  type ManifestPermissions,
  type ManifestResult,
  type ManifestSchema,
  manifestSchema,
} from "./manifest.ts";
export {
  obtainChangedPlugin,
  type ObtainedPlugin,
  type ObtainOptions,
  obtainPlugin,
} from "./obtain_plugin.ts";
export {
  type ManifestFormat,
  type ParsedManifest,
  parseManifest,
} from "./parse_manifest.ts";
export {
  type SignatureState,
  type TrustedKey,
  type TrustedKeys,
} from "./signature.ts";
export type { TrustOptions } from "./trust.ts";
export { type Verdict } from "./verdict.ts";
export type { VerificationOptions } from "./verification.ts";
export { codeHash, metadataHash } from "./verification_hash.ts";
export { validateRow, type ValidRow } from "./validate_row.ts";
