import { assertEquals } from "@std/assert";
import { checkSignature } from "../../src/install/trust/signature.ts";
import { assertRefused, demoManifest, signedManifest } from "./manifests.ts";

Deno.test("checkSignature() trusts what a trusted key signed", async () => {
  const { manifest, publicKey, key } = await signedManifest();
  for (
    const trusted of [publicKey, key, { key: publicKey }, {
      key,
      expires: new Date(Date.now() + 1e6),
    }]
  ) {
    const state = await checkSignature(manifest, { "author-1": trusted });
    assertEquals(state, "signed");
  }
});

Deno.test("checkSignature() finds no signature", async () => {
  assertEquals(await checkSignature(demoManifest(), {}), "unsigned");
});

Deno.test("checkSignature() does not trust an unknown key", async () => {
  const { manifest, publicKey } = await signedManifest();
  assertEquals(await checkSignature(manifest, {}), "untrusted");
  const other = { "author-2": publicKey };
  assertEquals(await checkSignature(manifest, other), "untrusted");
  const inherited = { ...manifest, keyId: "constructor" };
  assertEquals(await checkSignature(inherited, {}), "untrusted");
});

Deno.test("checkSignature() does not trust an expired key", async () => {
  const { manifest, publicKey: key } = await signedManifest();
  for (const expires of ["2020-01-01", new Date(0), "some day"]) {
    const trusted = { "author-1": { key, expires } };
    assertEquals(await checkSignature(manifest, trusted), "untrusted");
  }
});

Deno.test("checkSignature() refuses a signature of a foreign key", async () => {
  const { manifest } = await signedManifest();
  const { publicKey } = await signedManifest();
  await assertRefused(
    () => checkSignature(manifest, { "author-1": publicKey }),
    "SIGNATURE_INVALID",
    "did not sign",
  );
});

Deno.test("checkSignature() refuses a signature of another digest", async () => {
  const { manifest, publicKey } = await signedManifest();
  const integrity = `sha256-${new Uint8Array(32).toBase64()}`;
  await assertRefused(
    () => checkSignature({ ...manifest, integrity }, { "author-1": publicKey }),
    "SIGNATURE_INVALID",
  );
});

Deno.test("checkSignature() says that the operator's key is malformed", async () => {
  const { manifest } = await signedManifest();
  for (const key of ["", "abc", "AAAA"]) {
    const error = await assertRefused(
      () => checkSignature(manifest, { "author-1": key }),
      "SIGNATURE_INVALID",
      "Cannot use trusted key",
    );
    assertEquals(error.cause !== undefined, true);
  }
});
