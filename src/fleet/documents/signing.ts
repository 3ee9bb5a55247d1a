/**
 * Signed documents: JSON with the Ed25519 signature of its canonical form.
 *
 * @module
 */
import { canonicalJson } from "../../install/trust/canonical_form.ts";
import { trustedKey, type TrustedKeys } from "../../install/trust/signature.ts";
import { PluginError } from "../../shared/errors.ts";
import { readJson } from "../../shared/document/json.ts";

/** What kind of document it is. */
export type SignedKind = "release" | "desired state";

/**
 * What the signed bytes begin with, so that neither key's signature is worth
 * anything for the other's documents.
 */
const PREFIXES: Readonly<Record<SignedKind, string>> = {
  release: "dockstat-fleet-release-v1\n",
  "desired state": "dockstat-fleet-rollout-v1\n",
};

/** A key to sign with. */
export interface SigningKey {
  /** What agents know it by. */
  readonly keyId: string;
  /** The Ed25519 private key. */
  readonly privateKey: CryptoKey;
}

/**
 * Signs a document.
 *
 * @param kind Which of the two keys signs.
 * @param document What to sign.
 * @param key The key.
 * @returns The signed document, as the text that agents read.
 */
export async function signDocument(
  kind: SignedKind,
  document: object,
  { keyId, privateKey }: SigningKey,
): Promise<string> {
  const bytes = await signedBytes(kind, document);
  const signed = await crypto.subtle.sign("Ed25519", privateKey, bytes);
  const signature = new Uint8Array(signed).toBase64();
  return await canonicalJson({ document, keyId, signature });
}

/**
 * Reads a signed document.
 *
 * @param trustedKeys The keys that may sign that kind.
 * @returns What was signed, not looked at any further.
 * @throws {PluginError} `FLEET_FAILED` where it is no signed document,
 * `SIGNATURE_INVALID` where no trusted key signed it.
 */
export async function openSigned(
  kind: SignedKind,
  text: string,
  trustedKeys: TrustedKeys,
): Promise<unknown> {
  const { document, keyId, signature } = parts(kind, text);
  const key = await trustedKey(keyId, trustedKeys);
  if (key === undefined) {
    throw untrusted(kind, `the key "${keyId}" is unknown or has expired`);
  }
  const bytes = await signedBytes(kind, document);
  if (!await crypto.subtle.verify("Ed25519", key, signature, bytes)) {
    throw untrusted(kind, `the key "${keyId}" did not sign it`);
  }
  return document;
}

function parts(kind: SignedKind, text: string) {
  const { value, issues } = readJson(text);
  const { document, keyId, signature } = (value ?? {}) as Record<
    string,
    unknown
  >;
  const bytes = typeof signature === "string" ? decoded(signature) : undefined;
  if (
    issues.length > 0 || typeof document !== "object" || document === null ||
    typeof keyId !== "string" || bytes === undefined
  ) {
    const message = `Cannot read ${kind}: it is no signed document`;
    throw new PluginError("FLEET_FAILED", message);
  }
  return { document, keyId, signature: bytes };
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}

async function signedBytes(
  kind: SignedKind,
  document: object,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = `${PREFIXES[kind]}${await canonicalJson(document)}`;
  return new TextEncoder().encode(text);
}

function untrusted(kind: SignedKind, state: string): PluginError {
  const message = `Cannot trust ${kind}: ${state}`;
  return new PluginError("SIGNATURE_INVALID", message);
}
