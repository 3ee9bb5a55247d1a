/**
 * Says whether somebody whom the operator trusts has signed a plugin.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { canonicalForm, type SignedFields } from "./canonical_form.ts";
import { fromBase64 } from "./integrity.ts";

/** A key that the operator trusts, until a day. */
export interface TrustedKey {
  /** The Ed25519 public key: its 32 raw bytes, also in base64, or imported. */
  key: string | Uint8Array | CryptoKey;
  /** From when on it is trusted no more. @default never */
  expires?: Date | string;
}

/**
 * The keys that the operator trusts, by the `keyId` that manifests name.
 *
 * @example Two authors, one of them for a year
 * ```ts
 * import type { TrustedKeys } from "@dockstat/plugin-handler";
 * import { assertEquals } from "@std/assert";
 *
 * const { publicKey } = await crypto.subtle.generateKey("Ed25519", true, [
 *   "sign",
 *   "verify",
 * ]) as CryptoKeyPair;
 * const raw = await crypto.subtle.exportKey("raw", publicKey);
 * const base64 = new Uint8Array(raw).toBase64();
 *
 * const trustedKeys: TrustedKeys = {
 *   "author-2026": base64,
 *   "guest": { key: publicKey, expires: "2027-01-01" },
 * };
 * assertEquals(Object.keys(trustedKeys).length, 2);
 * ```
 */
export type TrustedKeys = Readonly<
  Record<string, string | Uint8Array | CryptoKey | TrustedKey>
>;

/**
 * What a signature says. `signed`: a trusted key vouches for the plugin.
 * `code-only`: a trusted key vouches for the code, and for nothing that the
 * manifest says of it. `untrusted`: some other key. `unsigned`: nobody.
 */
export type SignatureState = "signed" | "code-only" | "unsigned" | "untrusted";

/** What a manifest says about who signed it, and what that covers. */
export type SignedManifest = SignedFields & Pick<Manifest, "signature">;

/**
 * Checks the signature of a manifest. Needs no permissions.
 *
 * @returns What the signature says; `untrusted` where the key is unknown or has
 * expired.
 * @throws {PluginError} `SIGNATURE_INVALID` where a trusted key did not make
 * this signature, or the operator's key cannot be used.
 */
export async function checkSignature(
  manifest: SignedManifest,
  trustedKeys: TrustedKeys,
): Promise<SignatureState> {
  const { name, integrity, signature, keyId } = manifest;
  if (!integrity || !signature || !keyId) return "unsigned";
  const key = await trustedKey(keyId, trustedKeys);
  if (key === undefined) return "untrusted";
  const bytes = fromBase64(signature) ?? new Uint8Array();
  const verifies = (data: Uint8Array<ArrayBuffer>) =>
    crypto.subtle.verify("Ed25519", key, bytes, data);
  if (await verifies(await canonicalForm(manifest))) return "signed";
  const code = new TextEncoder().encode(integrity);
  if (await verifies(code)) return "code-only";
  throw new PluginError(
    "SIGNATURE_INVALID",
    `Cannot trust plugin "${name}": the key "${keyId}" did not sign what its ` +
      "manifest says; ask its author, and do not install it",
  );
}

/**
 * Finds a key that the operator trusts.
 *
 * @returns The key; `undefined` where it is unknown or has expired.
 * @throws {PluginError} `SIGNATURE_INVALID` where the operator's key cannot be
 * used.
 */
export async function trustedKey(
  keyId: string,
  trustedKeys: TrustedKeys,
): Promise<CryptoKey | undefined> {
  if (!Object.hasOwn(trustedKeys, keyId)) return undefined;
  const trusted = trustedOf(trustedKeys[keyId] as TrustedKeys[string]);
  return hasExpired(trusted) ? undefined : await importKey(keyId, trusted.key);
}

function trustedOf(value: TrustedKeys[string]): TrustedKey {
  return typeof value === "string" || value instanceof Uint8Array ||
      value instanceof CryptoKey
    ? { key: value }
    : value;
}

/** A day that cannot be read is over: a typing error must not trust for ever. */
function hasExpired({ expires }: TrustedKey): boolean {
  if (expires === undefined) return false;
  return !(new Date(expires).getTime() > Date.now());
}

async function importKey(
  keyId: string,
  key: TrustedKey["key"],
): Promise<CryptoKey> {
  if (key instanceof CryptoKey) return key;
  try {
    const raw = typeof key === "string"
      ? fromBase64(key) ?? new Uint8Array()
      : new Uint8Array(key);
    return await crypto.subtle.importKey("raw", raw, "Ed25519", false, [
      "verify",
    ]);
  } catch (cause) {
    throw new PluginError(
      "SIGNATURE_INVALID",
      `Cannot use trusted key "${keyId}": it is not the 32 bytes of an ` +
        "Ed25519 public key, as they are or in base64",
      { cause },
    );
  }
}
