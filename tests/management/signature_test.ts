import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PluginHandler, TrustedKeys } from "@dockstat/plugin-handler";
import { Signer } from "../install/manifests.ts";
import {
  auditOf,
  inMemory,
  installed,
  Market,
  versionSource,
} from "./market.ts";
import type { Manifest } from "../../src/install/mod.ts";

/** A manifest as the market offers it. */
function manifestOf(
  market: Market,
  name: string,
  version = "1.0.0",
): Manifest {
  return {
    name,
    version,
    repository: `https://github.com/user/${name}`,
    manifest: market.url(`${name}.json`),
    author: { name: "Developer" },
    plugin: versionSource(version),
  };
}

/** Offers a manifest and gives its URL. */
function offer(market: Market, manifest: Manifest): string {
  market.serve(`${manifest.name}.json`, JSON.stringify(manifest));
  return market.url(`${manifest.name}.json`);
}

function trusting(trustedKeys: TrustedKeys): PluginHandler {
  return inMemory({ install: { trustedKeys } });
}

Deno.test("getStatus() tells who vouches for a plugin", async () => {
  await using market = new Market();
  const [trusted, foreign, expired] = await Promise.all(
    ["trusted", "foreign", "expired"].map((keyId) => Signer.make(keyId)),
  );
  await using handler = trusting({
    trusted: trusted!.key,
    expired: { key: expired!.key, expires: "2020-01-01" },
  });
  for (const [at, signer] of [trusted!, foreign!, expired!].entries()) {
    const manifest = manifestOf(market, `p${at}`);
    await installed(handler, offer(market, await signer.sign(manifest)));
  }
  await installed(handler, offer(market, manifestOf(market, "p3")));
  const codeOnly = await trusted!.signCode(manifestOf(market, "p4"));
  await installed(handler, offer(market, codeOnly));
  assertEquals(handler.getStatus().signatures, {
    1: "signed",
    2: "untrusted",
    3: "untrusted",
    4: "unsigned",
    5: "code-only",
  });
});

/** A handler that runs version 1.0.0 of `p`, signed by the key "a". */
async function signedOne() {
  const market = new Market();
  const [a, b] = await Promise.all([Signer.make("a"), Signer.make("b")]);
  const handler = trusting({ a: a.key, b: b.key });
  const manifest = await a.sign(manifestOf(market, "p"));
  const id = await installed(handler, offer(market, manifest));
  return {
    a,
    b,
    handler,
    id,
    next: (version: string) => manifestOf(market, "p", version),
    offer: (manifest: Manifest) => offer(market, manifest),
    async [Symbol.asyncDispose]() {
      await handler.close();
      await market[Symbol.asyncDispose]();
    },
  };
}

Deno.test("updateFromManifestLink() lets trust fall only where that is meant", async () => {
  await using one = await signedOne();
  const { a, b, handler, id } = one;
  one.offer(await a.sign(one.next("1.1.0")));
  assertEquals((await handler.updateFromManifestLink(id)).warnings, []);
  const falls = [
    [one.next("1.2.0"), "allowUnsigned"],
    [await a.signCode(one.next("1.3.0")), "allowUnsigned"],
    [await b.sign(one.next("1.4.0")), "allowKeyChange"],
  ] as const;
  for (const [manifest, flag] of falls) {
    one.offer(manifest);
    const refused = await handler.updateFromManifestLink(id);
    assertEquals(refused.cause?.code, "SIGNATURE_INVALID");
    assertStringIncludes(refused.error ?? "", flag);
    const other = flag === "allowUnsigned" ? "allowKeyChange" : "allowUnsigned";
    const wrong = await handler.updateFromManifestLink(id, undefined, {
      [other]: true,
    });
    assertEquals(wrong.success, false);
    const meant = await handler.updateFromManifestLink(id, undefined, {
      [flag]: true,
    });
    assert(meant.success, meant.error);
    // Back to what the key "a" signed, for the next one.
    assert((await handler.rollbackPlugin(id, "1.1.0")).success);
  }
});

Deno.test("savePlugin() is bound by no signature, and rollbackPlugin() neither", async () => {
  await using one = await signedOne();
  const { handler, id } = one;
  const row = { ...one.next("1.1.0"), plugin: versionSource("1.1.0") };
  assert(handler.savePlugin(row, true).success);
  assertEquals(handler.getStatus().signatures, { [id]: "unsigned" });
  assert((await handler.rollbackPlugin(id, "1.0.0")).success);
  assertEquals(handler.getStatus().signatures, { [id]: "signed" });
  assertEquals(auditOf(handler, id).at(-1), "rollback done");
});
