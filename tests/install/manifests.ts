/** Manifests and keys that the tests of this folder share. */
import { digestOf } from "../../src/shared/digest.ts";
import {
  canonicalForm,
  type SignedFields,
} from "../../src/install/trust/canonical_form.ts";
import { PluginError } from "../../src/shared/errors.ts";
import type { Manifest } from "../../src/install/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";

export const CODE = "export default { name: 'demo', version: '1.0.0' };\n";

/** A manifest that holds its code, as the seed shows one. */
export function demoManifest(changes: Partial<Manifest> = {}): Manifest {
  return {
    name: "notification-plugin",
    version: "1.0.0",
    description: "Send notifications on events",
    repository: "https://github.com/user/notification-plugin",
    manifest: "https://github.com/user/notification-plugin/manifest.json",
    author: { name: "Developer", email: "dev@example.com" },
    tags: ["notifications", "alerts"],
    repoType: "github",
    plugin: CODE,
    ...changes,
  };
}

/** A manifest whose code is a bundle beside it. */
export function bundledManifest(changes: Partial<Manifest> = {}): Manifest {
  const { plugin: _, ...manifest } = demoManifest();
  return { ...manifest, bundle: "bundle/index.js", ...changes };
}

/** A manifest that is signed as a whole, and the public key in base64. */
export async function signedManifest(
  changes: Partial<Manifest> = {},
): Promise<{ manifest: Manifest; publicKey: string; key: CryptoKey }> {
  const signer = await Signer.make("author-1");
  const { publicKey, key } = signer;
  return { manifest: await signer.sign(demoManifest(changes)), publicKey, key };
}

/** A key, and what signs with it. */
export class Signer {
  private constructor(
    readonly keyId: string,
    readonly key: CryptoKey,
    readonly publicKey: string,
    readonly secret: CryptoKey,
  ) {}

  static async make(keyId: string): Promise<Signer> {
    const pair = await crypto.subtle.generateKey("Ed25519", true, [
      "sign",
      "verify",
    ]) as CryptoKeyPair;
    const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
    const publicKey = new Uint8Array(raw).toBase64();
    return new Signer(keyId, pair.publicKey, publicKey, pair.privateKey);
  }

  /** The manifest with a signature over its canonical form. */
  async sign<M extends SignedFields & { plugin?: string }>(
    manifest: M,
  ): Promise<M> {
    const { keyId } = this;
    const integrity = manifest.integrity ?? digestOf(manifest.plugin ?? CODE);
    const signed = { ...manifest, integrity, keyId };
    const signature = await this.#over(await canonicalForm(signed));
    return { ...signed, signature };
  }

  /** The manifest with a signature over the digest of its code alone. */
  async signCode<M extends SignedFields & { plugin?: string }>(
    manifest: M,
  ): Promise<M> {
    const { keyId } = this;
    const integrity = manifest.integrity ?? digestOf(manifest.plugin ?? CODE);
    const data = new TextEncoder().encode(integrity);
    const signature = await this.#over(data);
    return { ...manifest, integrity, keyId, signature };
  }

  async #over(data: Uint8Array<ArrayBuffer>): Promise<string> {
    const bytes = await crypto.subtle.sign("Ed25519", this.secret, data);
    return new Uint8Array(bytes).toBase64();
  }
}

/** Asserts that a call is refused with a code, and hands the error on. */
export async function assertRefused(
  call: () => Promise<unknown>,
  code: PluginError["code"],
  words = "",
): Promise<PluginError> {
  const error = await assertRejects(call, PluginError, words);
  assertEquals(error.code, code, error.message);
  return error;
}

/** As {@linkcode assertRefused}, for calls that throw. */
export function assertThrowsCode(
  call: () => unknown,
  code: PluginError["code"],
): PluginError {
  const error = assertThrows(call, PluginError);
  assertEquals(error.code, code, error.message);
  assert(!error.message.endsWith("."), error.message);
  return error;
}
