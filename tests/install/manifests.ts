/** Manifests and keys that the tests of this folder share. */
import { digestOf } from "../../src/shared/digest.ts";
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

/** A manifest that is signed, and the public key in base64. */
export async function signedManifest(
  changes: Partial<Manifest> = {},
): Promise<{ manifest: Manifest; publicKey: string; key: CryptoKey }> {
  const integrity = digestOf(CODE);
  const pair = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const data = new TextEncoder().encode(integrity);
  const bytes = await crypto.subtle.sign("Ed25519", pair.privateKey, data);
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  const signature = new Uint8Array(bytes).toBase64();
  return {
    manifest: demoManifest({
      integrity,
      signature,
      keyId: "author-1",
      ...changes,
    }),
    publicKey: new Uint8Array(raw).toBase64(),
    key: pair.publicKey,
  };
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
