/**
 * The bytes that a signature covers.
 *
 * @module
 */
import type { Manifest } from "../manifest/manifest.ts";

/**
 * What the bytes begin with, so that a signature for one purpose is worth
 * nothing for another: those of a fleet have prefixes of their own.
 */
const PREFIX = "dockstat-plugin-v1\n";

/** What a signature vouches for: who the plugin is, what it may, its code. */
const SIGNED_FIELDS = [
  "name",
  "version",
  "repository",
  "manifest",
  "permissions",
  "engines",
  "language",
  "integrity",
  "keyId",
] as const;

/** The part of a manifest that a signature covers. */
export type SignedFields = Pick<Manifest, (typeof SIGNED_FIELDS)[number]>;

/**
 * The bytes that a plugin's author signs: `dockstat-plugin-v1`, a line feed and
 * the canonical JSON of https://www.rfc-editor.org/rfc/rfc8785 of the fields
 * that a signature covers, each as the manifest writes it, absent ones left
 * out.
 *
 * @returns The bytes.
 */
export async function canonicalForm(
  manifest: SignedFields,
): Promise<Uint8Array<ArrayBuffer>> {
  const signed = Object.fromEntries(
    SIGNED_FIELDS.map((name) => [name, manifest[name]]),
  );
  return new TextEncoder().encode(`${PREFIX}${await canonicalJson(signed)}`);
}

/**
 * The canonical JSON of https://www.rfc-editor.org/rfc/rfc8785 of a value.
 *
 * @param value What JSON can carry; properties that are `undefined` are left
 * out.
 */
export async function canonicalJson(value: object): Promise<string> {
  // Opened where it is used: most plugins are not signed.
  const { default: canonicalize } = await import("canonicalize");
  return canonicalize(value) as string;
}
