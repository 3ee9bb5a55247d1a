import { assert, assertEquals } from "@std/assert";
import type { PluginHandler, TrustedKeys } from "@dockstat/plugin-handler";
import { digestOf } from "../../src/shared/digest.ts";
import { inMemory, installed, Market, versionSource } from "./market.ts";

/** What a manifest says when the key has signed the version. */
type Sign = (version: string) => Promise<Record<string, string>>;

/** A key, and what signs with it. */
async function author(keyId: string): Promise<{ key: CryptoKey; sign: Sign }> {
  const usages: KeyUsage[] = ["sign", "verify"];
  const pair = await crypto.subtle.generateKey("Ed25519", true, usages);
  const { publicKey, privateKey } = pair as CryptoKeyPair;
  return {
    key: publicKey,
    sign: async (version) => {
      const integrity = digestOf(versionSource(version));
      const data = new TextEncoder().encode(integrity);
      const bytes = await crypto.subtle.sign("Ed25519", privateKey, data);
      const signature = new Uint8Array(bytes).toBase64();
      return { integrity, signature, keyId };
    },
  };
}

function trusting(trustedKeys: TrustedKeys): PluginHandler {
  return inMemory({ install: { trustedKeys } });
}

Deno.test("getStatus() tells who vouches for a plugin", async () => {
  await using market = new Market();
  const [trusted, foreign, expired] = await Promise.all(
    ["trusted", "foreign", "expired"].map(author),
  );
  await using handler = trusting({
    trusted: trusted!.key,
    expired: { key: expired!.key, expires: "2020-01-01" },
  });
  const offers = [trusted!, foreign!, expired!];
  for (const [at, { sign }] of offers.entries()) {
    const url = market.offer(`p${at}`, await sign("1.0.0"));
    await installed(handler, url);
  }
  await installed(handler, market.offer("p3"));
  assertEquals(handler.getStatus().signatures, {
    1: "signed",
    2: "untrusted",
    3: "untrusted",
    4: "unsigned",
  });
});

Deno.test("updateFromManifestLink() warns when a signed plugin is signed no more", async () => {
  await using market = new Market();
  const { key, sign } = await author("a");
  await using handler = trusting({ a: key });
  const id = await installed(handler, market.offer("p", await sign("1.0.0")));
  market.offer("p", { version: "1.1.0", ...await sign("1.1.0") });
  const signed = await handler.updateFromManifestLink(id);
  assertEquals(signed.warnings, []);
  market.offer("p", { version: "1.2.0" });
  const unsigned = await handler.updateFromManifestLink(id);
  assert(unsigned.success);
  assertEquals(unsigned.warnings, [
    "version 1.1.0 was signed by a trusted key, and this is not",
  ]);
  assertEquals(handler.getStatus().signatures, { [id]: "unsigned" });
  await handler.rollbackPlugin(id, "1.1.0");
  assertEquals(handler.getStatus().signatures, { [id]: "signed" });
});
