/** What a signature covers, and what somebody may still say who has none. */
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  isolateUnsigned,
  type Manifest,
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { canonicalForm } from "../../src/install/trust/canonical_form.ts";
import vectors from "../../docs/signature_vectors.json" with { type: "json" };
import { bundledManifest, demoManifest, Signer } from "../install/manifests.ts";
import { serve } from "../install/loopback.ts";

/** Installs what a server offers, once for each manifest. */
async function install(
  manifest: Manifest,
  options: PluginHandlerOptions["install"],
) {
  await using server = serve({ "/m.json": () => Response.json(manifest) });
  await using handler = new PluginHandler(":memory:", {
    install: options,
    loadTimeoutMs: 60_000,
  });
  const result = await handler.installFromManifestLink(
    `${server.origin}/m.json`,
  );
  const { signatures } = handler.getStatus();
  return { ...result, signature: signatures[result.id ?? 0] };
}

Deno.test("a signature covers name, version, origin, rights, engines and language", async () => {
  const signer = await Signer.make("a");
  const signed = await signer.sign(demoManifest({
    permissions: { net: ["example.com"] },
    engines: { dockstat: ">=0.1.0" },
  }));
  const options = { trustedKeys: { a: signer.publicKey } };
  assertEquals((await install(signed, options)).signature, "signed");
  const changes: Partial<Manifest>[] = [
    { name: "another" },
    { version: "2.0.1" },
    { repository: "https://github.com/mallory/x" },
    { manifest: "https://github.com/mallory/x/manifest.json" },
    { permissions: { net: true } },
    { permissions: { net: ["example.com"], run: true } },
    { permissions: undefined },
    { engines: { dockstat: "*" } },
    { engines: undefined },
    { language: "typescript" },
  ];
  for (const change of changes) {
    const forged = { ...signed, ...change };
    const { cause } = await install(forged, options);
    assertEquals(cause?.code, "SIGNATURE_INVALID", JSON.stringify(change));
  }
});

Deno.test("a signature leaves the words of a manifest to be corrected", async () => {
  const signer = await Signer.make("a");
  const signed = await signer.sign(demoManifest());
  const corrected = { ...signed, description: "Corrected", tags: ["new"] };
  const options = { trustedKeys: { a: signer.publicKey } };
  assertEquals((await install(corrected, options)).signature, "signed");
});

Deno.test("a signature over the digest is code-only, and enough for nothing", async () => {
  const signer = await Signer.make("a");
  const manifest = await signer.signCode(demoManifest());
  // Anybody may put other words around code that was signed so.
  const relabelled = { ...manifest, name: "other", permissions: { net: true } };
  const trustedKeys = { a: signer.publicKey };
  for (const shown of [manifest, relabelled]) {
    const { signature } = await install(shown, { trustedKeys });
    assertEquals(signature, "code-only");
  }
  const demanding = { trustedKeys, requireSignature: true };
  const refused = await install(manifest, demanding);
  assertEquals(refused.cause?.code, "SIGNATURE_INVALID");
  assertStringIncludes(refused.error ?? "", "signed its code only");
  const lenient = { ...demanding, acceptCodeOnlySignatures: true };
  assert((await install(manifest, lenient)).success);
  assertEquals(isolateUnsigned({ signature: "code-only" }), "process");
});

Deno.test("a signature of the fleet is none for a plugin", async () => {
  const signer = await Signer.make("a");
  const manifest = await signer.sign(demoManifest());
  const text = new TextDecoder().decode(await canonicalForm(manifest));
  const keys = { a: signer.publicKey };
  for (
    const prefix of ["dockstat-fleet-release-v1", "dockstat-fleet-rollout-v1"]
  ) {
    const foreign = text.replace("dockstat-plugin-v1", prefix);
    const data = new TextEncoder().encode(foreign);
    const bytes = await crypto.subtle.sign("Ed25519", signer.secret, data);
    const signature = new Uint8Array(bytes).toBase64();
    const { cause } = await install({ ...manifest, signature }, {
      trustedKeys: keys,
    });
    assertEquals(cause?.code, "SIGNATURE_INVALID");
  }
});

Deno.test("a bundle that is fetched is bound by the signature as code in hand is", async () => {
  const signer = await Signer.make("a");
  const signed = await signer.sign(bundledManifest());
  let code = demoManifest().plugin!;
  await using server = serve({
    "/m.json": () => Response.json(signed),
    "/bundle/index.js": () => new Response(code),
  });
  const options = { trustedKeys: { a: signer.key }, requireSignature: true };
  await using handler = new PluginHandler(":memory:", {
    install: options,
    loadTimeoutMs: 60_000,
  });
  code += "// changed";
  const changed = await handler.installFromManifestLink(
    `${server.origin}/m.json`,
  );
  assertEquals(changed.cause?.code, "INTEGRITY_MISMATCH");
});

Deno.test("the canonical form is the one that the published vectors show", async () => {
  const { publicKey, keyId, plugins } = vectors;
  assert(plugins.length >= 4);
  for (const { manifest, signedBytes, signature } of plugins) {
    const bytes = await canonicalForm(manifest as unknown as Manifest);
    assertEquals(bytes.toHex(), signedBytes);
    const key = await crypto.subtle.importKey(
      "raw",
      Uint8Array.fromBase64(publicKey),
      "Ed25519",
      false,
      ["verify"],
    );
    const made = Uint8Array.fromBase64(signature);
    assert(await crypto.subtle.verify("Ed25519", key, made, bytes));
    assertEquals(manifest.keyId, keyId);
  }
});

Deno.test("the canonical form does not depend on the order or the spaces of the text", async () => {
  const manifest = demoManifest({
    permissions: { net: ["b", "a"], env: true },
  });
  const reversed = Object.fromEntries(Object.entries(manifest).reverse());
  const form = await canonicalForm(manifest);
  assertEquals(await canonicalForm(reversed as unknown as Manifest), form);
  const swapped = { ...manifest, permissions: { net: ["a", "b"], env: true } };
  assertNotEquals(await canonicalForm(swapped), form);
});

Deno.test("install.acceptCodeOnlySignatures decides for isolateUnsigned too", async () => {
  const signer = await Signer.make("a");
  const manifest = await signer.signCode(demoManifest());
  for (const acceptCodeOnlySignatures of [true, false]) {
    const seen: string[] = [];
    await using handler = new PluginHandler(":memory:", {
      install: {
        trustedKeys: { a: signer.key },
        acceptCodeOnlySignatures,
        trial: false,
      },
      isolation(plugin) {
        seen.push(isolateUnsigned(plugin));
        return "inline";
      },
    });
    const { id } = await handler.installPlugin(manifest);
    await handler.loadPlugin(id!);
    assertEquals(
      new Set(seen),
      new Set([
        acceptCodeOnlySignatures ? "inline" : "process",
      ]),
    );
    assertEquals(handler.getStatus().signatures, { [id!]: "code-only" });
  }
});
