import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { Signer } from "../install/manifests.ts";
import { ask, inMemory, Market, rowOf, versionSource } from "./market.ts";

/** An entry of a repository's file, its repository served by the market. */
function entryOf(market: Market, name: string, version = "1.0.0") {
  return {
    id: null,
    name,
    version,
    description: null,
    repository: `${market.url("owner/repo")}:main/content`,
    repoType: "gitea",
    manifest: `plugins/${name}`,
    author: { name: "A", license: "MIT" },
    tags: [],
  };
}

/** Serves a bundle where the original's tool puts it. */
function publish(market: Market, name: string, code: string): void {
  const path = `owner/repo/raw/branch/main/content/plugins/${name}`;
  market.serve(`${path}/bundle/index.js`, code);
}

Deno.test("installPlugin() fetches the code of a repository's entry", async () => {
  await using market = new Market();
  await using handler = inMemory();
  publish(market, "a", versionSource("1.0.0"));
  const result = await handler.installPlugin(entryOf(market, "a"));
  const { success, id, error, warnings } = result;
  assert(success, error);
  assertEquals(warnings, []);
  await handler.loadPlugin(id);
  assertEquals(await ask(handler, id, "/version"), "1.0.0");
  const [row] = handler.getAll();
  assertEquals([row?.repoType, row?.manifest], ["gitea", "plugins/a"]);
  assertEquals(handler.getAudit()[0]?.action, "install");
});

Deno.test("installPlugin() with update puts an entry in the place of the stored one", async () => {
  await using market = new Market();
  await using handler = inMemory();
  publish(market, "a", versionSource("1.0.0"));
  const update = true;
  const first = await handler.installPlugin(entryOf(market, "a"), { update });
  assert(first.success, first.error);
  await handler.loadPlugin(first.id);
  publish(market, "a", versionSource("1.1.0"));
  const twice = await handler.installPlugin(entryOf(market, "a", "1.1.0"));
  assertEquals(twice.cause?.code, "STORE_FAILED");
  const next = await handler.installPlugin(entryOf(market, "a", "1.1.0"), {
    update,
    actor: "ada",
  });
  assertEquals([next.success, next.id], [true, first.id]);
  assertEquals(await ask(handler, first.id, "/version"), "1.1.0");
  assertEquals(handler.getAudit()[0]?.actor, "ada");
  publish(market, "a", versionSource("1.0.0"));
  const older = await handler.installPlugin(entryOf(market, "a"), { update });
  assertStringIncludes(older.error ?? "", "allowDowngrade");
});

Deno.test("updateFromManifestLink() looks where a stored repository path leads", async () => {
  await using market = new Market();
  await using handler = inMemory();
  publish(market, "a", versionSource("1.0.0"));
  const { id } = await handler.installPlugin(entryOf(market, "a"));
  const same = await handler.updateFromManifestLink(id!);
  assertEquals(same.message, "Plugin is up to date");
  publish(market, "a", versionSource("other"));
  const other = await handler.updateFromManifestLink(id!);
  assertEquals(other.cause?.code, "INTEGRITY_MISMATCH");
  assertStringIncludes(other.error ?? "", "its version is still 1.0.0");
  const [check] = await handler.checkForUpdates();
  assertEquals(check?.error?.code, "INTEGRITY_MISMATCH");
  // Where the code tells its version, that is the version.
  publish(market, "a", versionSource("1.1.0", 'version: "1.1.0"'));
  assertEquals((await handler.checkForUpdates())[0]?.available, "1.1.0");
  const next = await handler.updateFromManifestLink(id!);
  assertEquals(next.message, "Plugin updated to 1.1.0");
  assertEquals(handler.getAll()[0]?.version, "1.1.0");
  publish(market, "a", versionSource("1.0.5", 'version: "1.0.5"'));
  const older = await handler.updateFromManifestLink(id!);
  assertStringIncludes(older.error ?? "", "older than 1.1.0");
});

Deno.test("installPlugin() verifies metadata in hand as it does a link's", async () => {
  const signer = await Signer.make("a");
  await using handler = inMemory({
    install: { trustedKeys: { a: signer.key }, requireSignature: true },
  });
  const manifest = { ...rowOf("p", versionSource("1.0.0")), tags: ["x"] };
  const bare = await handler.installPlugin(manifest);
  assertEquals(bare.cause?.code, "SIGNATURE_INVALID");
  const signed = await signer.sign(manifest);
  const forged = await handler.installPlugin({ ...signed, version: "9.0.0" });
  assertEquals(forged.cause?.code, "SIGNATURE_INVALID");
  assert((await handler.installPlugin(signed)).success);
});

Deno.test("installPlugin() says what is wrong with metadata, and stores nothing", async () => {
  await using handler = inMemory();
  const throwing = {
    name: "x",
    get version(): string {
      throw new TypeError("boom");
    },
  };
  const cyclic: Record<string, unknown> = { name: "x" };
  cyclic.self = cyclic;
  const cases: [unknown, string][] = [
    [undefined, "INVALID_MANIFEST"],
    [null, "INVALID_MANIFEST"],
    ["text", "INVALID_MANIFEST"],
    [[], "INVALID_MANIFEST"],
    [{ name: "x" }, "INVALID_MANIFEST"],
    [{ ...rowOf("x", "y"), engines: { dockstat: "^99" } }, "INVALID_MANIFEST"],
    [throwing, "INVALID_REQUEST"],
    [cyclic, "INVALID_REQUEST"],
    [{ name: 1n }, "INVALID_REQUEST"],
  ];
  for (const [metadata, code] of cases) {
    const { cause, error } = await handler.installPlugin(metadata);
    assertEquals(cause?.code, code, error);
  }
  assertEquals(handler.getAll(), []);
});

Deno.test("installFromManifestLink() takes a URL object, and refuses what is no link", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const url = new URL(market.offer("a"));
  assert((await handler.installFromManifestLink(url)).success);
  for (const link of [undefined, null, 5, {}]) {
    const { cause, error } = await handler.installFromManifestLink(link as URL);
    assertEquals(cause?.code, "INVALID_REQUEST");
    assertStringIncludes(error ?? "", "the link is of type");
  }
  assert((await handler.updateFromManifestLink(1, url)).success);
  for (const link of [null, 5, {}]) {
    const update = handler.updateFromManifestLink(1, link as URL);
    assertEquals((await update).cause?.code, "INVALID_REQUEST");
  }
});

Deno.test("savePlugin() of a row without code names what fetches it", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const { message } = handler.savePlugin(entryOf(market, "a") as never);
  assertStringIncludes(message, "installPlugin() fetches it");
});

Deno.test("savePlugin() refuses a row that cannot be read", async () => {
  await using handler = inMemory();
  const row = {
    ...rowOf("a", versionSource("1.0.0")),
    get tags(): string[] {
      throw new TypeError("boom");
    },
  };
  const { cause, error } = handler.savePlugin(row);
  assertEquals(cause?.code, "INVALID_REQUEST");
  assertStringIncludes(error ?? "", "Cannot read the plugin");
  let reads = 0;
  const shifty = {
    ...rowOf("b", versionSource("1.0.0")),
    get version() {
      return reads++ === 0 ? "1.0.0" : "evil";
    },
  };
  assert(handler.savePlugin(shifty).success);
  assertEquals(handler.getAll()[0]?.version, "1.0.0");
});

const BROKEN: [string, string][] = [
  ["does not parse", "export default {"],
  ["throws", "globalThis.ran = true; throw new Error('at the top');"],
  ["exports nothing", "globalThis.ran = true;"],
  ["is malformed", "export default { config: { apiRoutes: 5 } };"],
];

for (const [what, plugin] of BROKEN) {
  Deno.test(`installFromManifestLink() refuses code that ${what}, and does not run it`, async () => {
    await using market = new Market();
    for (const isolation of ["inline", "process"] as const) {
      await using handler = inMemory({ isolation });
      const url = market.offer("a", { plugin });
      const { success, error } = await handler.installFromManifestLink(url);
      assertEquals(success, false);
      assertStringIncludes(error ?? "", "it does not load: ");
      assertEquals(handler.getAll(), []);
      assertEquals("ran" in globalThis, false);
    }
  });
}

Deno.test("install.trial false stores what does not load, and says so at the load", async () => {
  await using market = new Market();
  await using handler = inMemory({ install: { trial: false } });
  const url = market.offer("a", { plugin: "export default {" });
  const { success, id } = await handler.installFromManifestLink(url);
  assert(success);
  const { errors } = await handler.loadPlugins([id]);
  assertEquals(errors.length, 1);
});

Deno.test("an installation does not hold a missing permission against a plugin", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const plugin = `const home = Deno.env.get("HOME");
    export default { config: { actions: { home: () => home } } };`;
  const url = market.offer("a", { plugin, permissions: { env: ["HOME"] } });
  const { success, warnings, id } = await handler.installFromManifestLink(url);
  assert(success);
  assertStringIncludes(warnings?.[0] ?? "", "not tried: it needs a permission");
  await handler.loadPlugin(id);
});

Deno.test("an installation holds nothing against a plugin that is the host's", async () => {
  const bare = 'import x from "left-pad"; export default { config: {}, x };';
  await using inline = inMemory();
  const imports = await inline.installPlugin(rowOf("a", bare));
  assertStringIncludes(imports.warnings?.[0] ?? "", "only the host may know");
  await using isolated = inMemory({ isolation: "process" });
  const refused = await isolated.installPlugin(rowOf("a", bare));
  assertStringIncludes(refused.error ?? "", "it does not load: Import");
  for (const isolation of ["inline", "process"] as const) {
    await using handler = inMemory({
      isolation,
      sandbox: { denoPath: "/nowhere/deno" },
    });
    const { success, warnings } = await handler.installPlugin(
      rowOf("a", versionSource("1.0.0")),
    );
    assert(success);
    assertStringIncludes(warnings?.[0] ?? "", "no process could be started");
  }
});

Deno.test("a host that may run nothing installs without a trial", {
  permissions: { net: ["127.0.0.1"], env: true, read: true, sys: true },
}, async () => {
  await using market = new Market();
  await using handler = inMemory();
  const url = market.offer("a", { plugin: "export default {" });
  const { success, warnings } = await handler.installFromManifestLink(url);
  assertEquals([success, warnings], [true, []]);
});

Deno.test("install.loadAfterInstall loads what was installed, or tells why not", async () => {
  await using market = new Market();
  await using handler = inMemory({
    install: { loadAfterInstall: true, trial: false },
  });
  const good = await handler.installFromManifestLink(market.offer("a"));
  assertEquals(handler.getLoadedPlugins(), [good.id]);
  assertEquals(await ask(handler, good.id!, "/version"), "1.0.0");
  const plugin = "throw new Error('at the top')";
  const bad = await handler.installFromManifestLink(
    market.offer("b", { plugin }),
  );
  assertEquals(bad.success, true);
  assertStringIncludes(bad.warnings?.[0] ?? "", "not loaded: ");
});

Deno.test("a plugin that was installed is known before its code is imported", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using market = new Market();
    const path = `${folder}/a.db`;
    const plugin = `globalThis.imported = true; ${versionSource("1.0.0")}`;
    {
      await using handler = new PluginHandler(path);
      const url = market.offer("a", { plugin });
      assert((await handler.installFromManifestLink(url)).success);
    }
    await using handler = new PluginHandler(path, { activation: "lazy" });
    assertEquals((await handler.loadAllPlugins()).successes, [1]);
    assertEquals(handler.getAllPluginRoutes(), [
      { plugin: "a", routes: ["/version"] },
    ]);
    assertEquals("imported" in globalThis, false);
    assertEquals(await ask(handler, 1, "/version"), "1.0.0");
    assertEquals(Reflect.deleteProperty(globalThis, "imported"), true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("rollbackPlugin() takes a digest where a version was kept twice", async () => {
  await using handler = inMemory();
  const code = (mark: string) => versionSource("1.0.0", `mark: "${mark}"`);
  handler.savePlugin(rowOf("a", code("first")));
  handler.savePlugin(rowOf("a", code("second")), true);
  handler.savePlugin(
    rowOf("a", versionSource("2.0.0"), { version: "2.0.0" }),
    true,
  );
  const [second, first] = handler.listVersions(1);
  assertEquals([first?.version, second?.version], ["1.0.0", "1.0.0"]);
  const back = await handler.rollbackPlugin(1, first!.digest);
  assertEquals(back.message, "Plugin rolled back to 1.0.0");
  const [row] = handler.getTable().select(["plugin"]).all();
  assertEquals(row?.plugin, code("first"));
  const newest = await handler.rollbackPlugin(1, "1.0.0");
  assert(newest.success, newest.error);
});

Deno.test("a version without an order needs allowDowngrade, dotted numbers do not", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const { id } = await handler.installFromManifestLink(
    market.offer("a", { version: "1.2" }),
  );
  const to = async (version: string, allowDowngrade = false) => {
    market.offer("a", { version });
    const options = { allowDowngrade };
    return await handler.updateFromManifestLink(id!, undefined, options);
  };
  assert((await to("1.2.0.1")).success);
  assert((await to("1.10")).success);
  assertStringIncludes((await to("1.9.9.9")).error ?? "", "older than 1.10");
  assertStringIncludes((await to("nightly")).error ?? "", "nobody knows");
  assert((await to("nightly", true)).success);
  // Two steps down are a step down.
  assertStringIncludes((await to("1.0.0")).error ?? "", "allowDowngrade");
  market.offer("a", { version: "1.0.0" });
  assert((await to("2.0.0", true)).success);
});

Deno.test("installFromManifestLink() refuses a downgrade in two steps", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const { id } = await handler.installFromManifestLink(
    market.offer("a", { version: "2.0.0" }),
  );
  market.offer("a", { version: "1.0.0-rc.1" });
  await handler.updateFromManifestLink(id!, undefined, {
    allowDowngrade: true,
  });
  market.offer("a", { version: "1.5.0" });
  const { error } = await handler.updateFromManifestLink(id!);
  assertStringIncludes(
    error ?? "",
    "older than 2.0.0, which was installed once",
  );
});

Deno.test("install.trustedKeys takes a key's bytes", async () => {
  const signer = await Signer.make("a");
  const bytes = Uint8Array.fromBase64(signer.publicKey);
  for (const key of [bytes, { key: bytes }]) {
    await using handler = inMemory({ install: { trustedKeys: { a: key } } });
    const manifest = await signer.sign(rowOf("p", versionSource("1.0.0")));
    await handler.installPlugin(manifest);
    assertEquals(handler.getStatus().signatures, { 1: "signed" });
  }
});
