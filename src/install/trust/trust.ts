/**
 * Decides whether what a manifest promises is enough for the operator.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { VERSION } from "../../shared/version.ts";
import { isTrusted } from "./is_trusted.ts";
import { isInRange } from "../manifest/is_in_range.ts";
import { refuseFor } from "../manifest/issues.ts";
import type { Manifest } from "../manifest/manifest.ts";
import {
  checkSignature,
  type SignatureState,
  type TrustedKeys,
} from "./signature.ts";

/** What the operator demands of a manifest. */
export interface TrustOptions {
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
   * Takes a signature over the digest of the code alone for a whole one. Such a
   * signature lets anybody publish that code under another name or version, and
   * with other permissions.
   *
   * @default false
   */
  acceptCodeOnlySignatures?: boolean;
  /**
   * The public keys that may sign, by `keyId`.
   *
   * @default {}
   */
  trustedKeys?: TrustedKeys;
}

/**
 * Refuses a plugin that asks for another version of the handler.
 *
 * @throws {ValidationError} `INVALID_MANIFEST`.
 */
export function checkEngine({ name, engines }: Manifest): void {
  const range = engines?.dockstat;
  if (range === undefined || isInRange(VERSION, range)) return;
  const message = `asks for ${range}, and this is version ${VERSION}`;
  const path = ["engines", "dockstat"];
  throw refuseFor("INVALID_MANIFEST", `Cannot use plugin "${name}"`, [
    { message, path },
  ]);
}

/**
 * Refuses a manifest without a digest where the operator demands one.
 *
 * @throws {PluginError} `INTEGRITY_MISMATCH`.
 */
export function requireDigest(
  { name, integrity }: Manifest,
  { requireIntegrity = false }: TrustOptions,
): void {
  if (!requireIntegrity || integrity !== undefined) return;
  throw new PluginError(
    "INTEGRITY_MISMATCH",
    `Cannot trust plugin "${name}": its manifest promises no integrity, ` +
      "which requireIntegrity demands",
  );
}

/**
 * What the signature of a manifest says.
 *
 * @throws {PluginError} `SIGNATURE_INVALID` where it is wrong, or less than
 * the operator demands.
 */
export async function signatureOf(
  manifest: Manifest,
  options: TrustOptions,
): Promise<SignatureState> {
  const { requireSignature = false, trustedKeys = {} } = options;
  const state = await checkSignature(manifest, trustedKeys);
  if (!requireSignature || isTrusted(state, options)) return state;
  throw new PluginError(
    "SIGNATURE_INVALID",
    `Cannot trust plugin "${manifest.name}": ${shortfall(manifest, state)}, ` +
      "and requireSignature demands a trusted signature",
  );
}

function shortfall({ keyId }: Manifest, state: SignatureState): string {
  switch (state) {
    case "code-only":
      return `the key "${keyId}" signed its code only, and neither its name ` +
        "nor its permissions";
    case "untrusted":
      return `the key "${keyId}" is not among the trusted ones, or has expired`;
    default:
      return "it is not signed";
  }
}
