/**
 * Installing: manifests and what they lead to, fetched, checked, and handed on
 * as rows that may be stored. What fetches is opened where something is fetched.
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
export type { InstallOptions } from "./install_options.ts";
export { isRange } from "./manifest/version_range.ts";
export { printable } from "./download/fetch_error.ts";
export type {
  FetchOptions,
  FetchProgress,
  FetchSubject,
} from "./download/fetch_options.ts";
export {
  type Manifest,
  type ManifestAuthor,
  type ManifestPermission,
  type ManifestPermissions,
  type ManifestResult,
  type ManifestSchema,
  manifestSchema,
} from "./manifest/manifest.ts";
export {
  checkStoredSignature,
  isInRange,
  obtainChangedPlugin,
  obtainFromMetadata,
  obtainPlugin,
  parseManifest,
} from "./lazy_obtain.ts";
export type {
  ObtainedPlugin,
  ObtainOptions,
  ObtainSettings,
} from "./obtain_plugin.ts";
export type {
  ManifestFormat,
  ParsedManifest,
} from "./manifest/parse_manifest.ts";
export type {
  SignatureState,
  TrustedKey,
  TrustedKeys,
} from "./trust/signature.ts";
export { isTrusted } from "./trust/is_trusted.ts";
export type { TrustOptions } from "./trust/trust.ts";
export type { Verdict } from "./trust/verdict.ts";
export type { VerificationOptions } from "./trust/verification.ts";
export { validateRow, type ValidRow } from "./manifest/validate_row.ts";
