import { assert, assertEquals } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { PolicyStore } from "../../src/store/mod.ts";

async function policyOf(
  options: ConstructorParameters<typeof PluginHandler>[1],
) {
  await using handler = new PluginHandler(":memory:", options);
  await handler.loadAllPlugins();
  return new PolicyStore(handler.database.driver).read();
}

Deno.test("loadAllPlugins() keeps the agent's policy without secrets and functions", async () => {
  const raw = new Uint8Array(32).fill(7);
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", true, [
    "verify",
  ]);
  const kept = await policyOf({
    secretsKey: "a secret that nobody but the host may read",
    isolation: () => "inline",
    keepVersions: 3,
    install: {
      requireSignature: true,
      timeoutMs: Infinity,
      trustedKeys: {
        bytes: raw,
        key: { key, expires: "2030-01-01" },
        text: raw.toBase64(),
      },
      verification: {
        url: "https://user:hush@verify.example/check?token=hush",
        policy: "strict",
      },
    },
    sandbox: { memoryMb: 32, denoPath: Deno.execPath() },
  });
  assertEquals(kept, {
    hasSecretsKey: true,
    install: {
      requireSignature: true,
      timeoutMs: Number.MAX_SAFE_INTEGER,
      trustedKeys: {
        bytes: raw.toBase64(),
        key: { key: raw.toBase64(), expires: "2030-01-01T00:00:00.000Z" },
        text: raw.toBase64(),
      },
      verification: {
        url: "https://verify.example/check",
        policy: "strict",
      },
    },
    isolation: "decided",
    keepVersions: 3,
    sandbox: { memoryMb: 32 },
  });
  assert(!JSON.stringify(kept).includes("hush"));
});

Deno.test("loadAllPlugins() keeps the policy of the latest start", async () => {
  const path = await Deno.makeTempFile({ suffix: ".db" });
  for (const requireSignature of [true, false]) {
    await using handler = new PluginHandler(path, {
      install: { requireSignature },
    });
    await handler.loadAllPlugins();
    const kept = new PolicyStore(handler.database.driver).read();
    assertEquals(kept?.install, { requireSignature });
  }
  await Deno.remove(path);
});
