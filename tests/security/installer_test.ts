/** What a stranger's manifest, repository or verification service may try. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import {
  type Manifest,
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import { metadataHash } from "../../src/install/trust/verification_hash.ts";
import { bundleUrl } from "../../src/install/manifest/bundle_url.ts";
import {
  fetchAs,
  type Loopback,
  redirect,
  serve,
} from "../install/loopback.ts";
import {
  bundledManifest,
  CODE,
  demoManifest,
  Signer,
} from "../install/manifests.ts";

const NO_TRIAL = { trial: false } as const;

function open(
  install: PluginHandlerOptions["install"] = {},
  options: PluginHandlerOptions = {},
): PluginHandler {
  return new PluginHandler(":memory:", {
    ...options,
    install: { ...NO_TRIAL, ...install },
  });
}

const LEADING_OUT: [string, NonNullable<Manifest["repoType"]>][] = [
  ["owner/repo:x%2f..%2f..%2f..%2fmallory%2frepo%2fmain", "github"],
  ["owner/repo:x%2F..%2Fy", "github"],
  ["owner/repo:..", "github"],
  ["owner/repo:.%2fmain", "github"],
  ["owner/repo:%2fmain", "github"],
  ["owner/repo:main%2f", "github"],
  ["owner/repo:%2e%2e%2fmain", "github"],
  ["owner/repo:main/%2e%2e/x", "github"],
  ["owner/repo:main/a\\..\\b", "github"],
  ["owner/repo:a\\..", "github"],
  ["%2e%2e/repo:main", "github"],
  ["owner/%2e%2e:main", "gitea"],
  ["group/..%2f..%2fmallory:main", "gitlab"],
  ["https://a.example?/owner/repo:main", "github"],
  ["https://a.example#x/owner/repo:main", "github"],
  ["https://user@a.example/owner/repo:main", "github"],
];

Deno.test("the repository notation leads to no other repository", () => {
  for (const [repository, repoType] of LEADING_OUT) {
    const source = { repository, repoType, manifest: "demo" };
    const url = bundleUrl(source, "https://m.example/m.json");
    assertEquals(url, undefined, repository);
  }
  const slashes = {
    repository: "o/r:feature%2Fx",
    repoType: "github",
  } as const;
  assertEquals(
    bundleUrl({ ...slashes, manifest: "demo" }, "https://m.example/m.json"),
    "https://raw.githubusercontent.com/o/r/feature/x/demo/bundle/index.js",
  );
});

Deno.test("a manifest from the network reads no file of the host's", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/secret.js`, "the secret token");
    await Deno.mkdir(`${folder}/demo/bundle`, { recursive: true });
    await Deno.writeTextFile(`${folder}/demo/bundle/index.js`, "the secret");
    const { bundle: _, ...bare } = bundledManifest();
    const manifests: Manifest[] = [
      { ...bare, bundle: toFileUrl(`${folder}/secret.js`).href },
      { ...bare, repository: folder, repoType: "local", manifest: "demo" },
      {
        ...bare,
        repository: "owner/repo:main",
        manifest: `${toFileUrl(folder)}/demo/manifest.json`,
      },
    ];
    for (const manifest of manifests) {
      await using server = serve({ "/m.json": () => Response.json(manifest) });
      await using handler = open({ allowLocalFiles: true });
      const url = `${server.origin}/m.json`;
      const { cause, error } = await handler.installFromManifestLink(url);
      assertEquals(cause?.code, "HOST_NOT_ALLOWED", error);
      const told = JSON.stringify([error, handler.getAudit()]);
      assert(!told.includes("secret token"), told);
    }
    // The host's own file may name one.
    const own = { ...bare, bundle: "demo/bundle/index.js" };
    await Deno.writeTextFile(`${folder}/m.json`, JSON.stringify(own));
    await using handler = open({ allowLocalFiles: true });
    const url = toFileUrl(`${folder}/m.json`);
    assert((await handler.installFromManifestLink(url)).success);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("every field of a manifest has a limit, and is read in time", async () => {
  const long = "x".repeat(2_000_000);
  const fields: Partial<Manifest>[] = [
    { engines: { dockstat: "1||".repeat(1_600_000) } },
    { engines: { dockstat: ">=1 ".repeat(500_000) } },
    { version: "1.".repeat(1_000_000) },
    { description: long },
    { repository: `${"a/".repeat(1_000_000)}:main` },
    { manifest: "../".repeat(600_000) },
    { author: { name: long } },
    { author: { email: long } },
    { author: { nick: long } },
    { tags: Array(10_000).fill("x") },
    { tags: [long] },
    { bundle: long },
    { integrity: "sha256-x ".repeat(200_000) },
    { integrity: `sha256-${long}` },
    { keyId: long },
    { permissions: { net: Array(5_000).fill("a.example") } },
    { permissions: { net: [long] } },
    { colour: long },
  ];
  await using handler = open({ maxBytes: 20_000_000 });
  for (const field of fields) {
    const started = performance.now();
    const manifest = demoManifest(field);
    const { cause, error } = await handler.installPlugin(manifest);
    assertEquals(cause?.code, "INVALID_MANIFEST", Object.keys(field)[0]);
    assert(performance.now() - started < 30_000);
    assert((error ?? "").length < 5_000);
  }
  assert(JSON.stringify(handler.getAudit()).length < 200_000);
});

Deno.test("what is refused is clipped in the audit log", async () => {
  await using handler = open({ retries: 0, timeoutMs: 30_000 });
  const long = "x".repeat(1_000_000);
  await handler.installFromManifestLink(`http://127.0.0.1:9/${long}.json`);
  await handler.installFromManifestLink(long);
  await handler.installPlugin({ name: long });
  handler.savePlugin({ name: long } as never);
  handler.disablePlugin(1, long);
  const entries = handler.getAudit();
  assertEquals(entries.length, 5);
  for (const entry of entries) assert(JSON.stringify(entry).length < 10_000);
});

Deno.test("a bundle is looked for at the last hop, then beside what was asked for", async () => {
  await using server = serve({
    "/releases/m.json": () => redirect("http://8.8.8.9/asset/123"),
    "/asset/123": () => Response.json(bundledManifest()),
    "/releases/bundle/index.js": () => new Response(CODE),
  });
  const hosts = ["http://8.8.8.8", "http://8.8.8.9"];
  const handler = new PluginHandler(":memory:", {
    fetch: fetchAs(hosts, server),
    install: { ...NO_TRIAL, allowPrivateHosts: false, retries: 0 },
  });
  await using _ = handler;
  const { success, error } = await handler.installFromManifestLink(
    "http://8.8.8.8/releases/m.json",
  );
  assert(success, error);
  assertEquals(server.requests, [
    "GET /releases/m.json",
    "GET /asset/123",
    "GET /asset/bundle/index.js",
    "GET /releases/bundle/index.js",
  ]);
});

Deno.test("the second place of a bundle is under the same checks as the first", async () => {
  await using server = serve({
    "/m.json": () => redirect("http://8.8.8.9/asset"),
    "/asset": () => Response.json(bundledManifest({ integrity: undefined })),
    "/bundle/index.js": () => redirect("http://169.254.169.254/latest"),
  });
  await using handler = new PluginHandler(":memory:", {
    fetch: fetchAs(["http://8.8.8.8", "http://8.8.8.9"], server),
    install: { ...NO_TRIAL, allowPrivateHosts: false, retries: 0 },
  });
  const { success, cause } = await handler.installFromManifestLink(
    "http://8.8.8.8/m.json",
  );
  assertEquals([success, cause?.code], [false, "HOST_NOT_ALLOWED"]);
});

/** A host whose original keeps repositories, and a service on loopback. */
function withRepositories(
  rows: readonly { source: string; service: string | null; policy?: string }[],
  install: PluginHandlerOptions["install"] = {},
): PluginHandler {
  const database = new DatabaseSync(":memory:");
  database.exec(`CREATE TABLE repositories (id INTEGER PRIMARY KEY, name TEXT,
    source TEXT, type TEXT, policy TEXT, verification_api TEXT, paths TEXT)`);
  for (const { source, service, policy = "strict" } of rows) {
    database.prepare(
      "INSERT INTO repositories (source, policy, verification_api) VALUES (?, ?, ?)",
    ).run(source, policy, service);
  }
  return new PluginHandler(database, {
    install: { ...NO_TRIAL, retries: 0, ...install },
  });
}

function serveVerdict(
  answer: (hash: string, asked: number) => Record<string, unknown> | undefined,
): Loopback {
  let asked = 0;
  return serve({
    "/api/compare": async (request) => {
      const { pluginHash } = await request.json();
      const verdict = answer(pluginHash, asked++);
      const unknown = {
        valid: false,
        verified: false,
        securityStatus: "unknown",
      };
      return Response.json(verdict ?? unknown, { status: verdict ? 200 : 404 });
    },
  });
}

const SAFE = { valid: true, verified: true, securityStatus: "safe" };
const UNSAFE = { ...SAFE, securityStatus: "unsafe" };
const SOURCE = "https://github.com/user/notification-plugin";

Deno.test("a repository's own service may refuse a plugin", async () => {
  for (const policy of ["strict", "relaxed"]) {
    await using server = serveVerdict((_, asked) =>
      asked === 1 ? UNSAFE : SAFE
    );
    const service = server.origin;
    // Slashes at the end are no way around it.
    await using handler = withRepositories([
      { source: `${SOURCE}//`, service, policy },
    ]);
    const { cause } = await handler.installPlugin(demoManifest());
    assertEquals(cause?.code, "VERIFICATION_REFUSED");
    assertEquals(server.requests.length, 2);
  }
});

Deno.test("what a repository's own service knows by metadata is shown as such", async () => {
  const metadata = metadataHash(demoManifest());
  await using server = serveVerdict((hash) =>
    hash === metadata ? SAFE : undefined
  );
  await using handler = withRepositories([
    { source: SOURCE, service: server.origin },
  ]);
  const { success, warnings } = await handler.installPlugin(demoManifest());
  assert(success);
  assertStringIncludes(warnings?.[0] ?? "", "by metadata only");
});

Deno.test("a repository's own service satisfies nothing that the operator demands", async () => {
  await using server = serveVerdict(() => SAFE);
  await using strict = serveVerdict(() => undefined);
  const repositories = [{ source: SOURCE, service: server.origin }];
  const signer = await Signer.make("a");
  await using signatures = withRepositories(repositories, {
    requireSignature: true,
    trustedKeys: { a: signer.key },
  });
  const unsigned = await signatures.installPlugin(demoManifest());
  assertEquals(unsigned.cause?.code, "SIGNATURE_INVALID");
  await using policy = withRepositories(repositories, {
    verification: { url: strict.origin },
  });
  const unknown = await policy.installPlugin(demoManifest());
  assertEquals(unknown.cause?.code, "VERIFICATION_REFUSED");
});

Deno.test("a plugin of no known repository is shown as not verified", async () => {
  for (
    const rows of [
      [],
      [{ source: "another", service: "http://127.0.0.1:9" }],
      [{ source: SOURCE, service: null }],
    ]
  ) {
    await using handler = withRepositories(rows);
    const { success, warnings } = await handler.installPlugin(demoManifest());
    assert(success);
    assertStringIncludes(warnings?.[0] ?? "", "not verified: no repository");
  }
  // A host that keeps no repositories does not hear of them.
  await using handler = open();
  assertEquals((await handler.installPlugin(demoManifest())).warnings, []);
});

Deno.test("a repository's own service is no way into the host's network", async () => {
  await using server = serveVerdict(() => SAFE);
  await using handler = withRepositories([
    { source: SOURCE, service: server.origin },
  ], { allowPrivateHosts: false });
  const { success, cause } = await handler.installPlugin(demoManifest());
  assertEquals([success, cause?.code], [false, "MANIFEST_FETCH_FAILED"]);
  assertEquals(server.requests, []);
});

/** A plugin with a table, as a manifest. */
function withTable(changes: Partial<Manifest> = {}): Manifest {
  return demoManifest({
    name: "notes",
    plugin: `export default { config: {
      table: { name: "notes", columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        text: { type: "TEXT" } } },
      actions: {
        add: ({ table }) => table.insert({ text: "mine" }).insertId,
        all: ({ table }) => table.select(["text"]).all() },
      apiRoutes: {
        "/add": { method: "POST", actions: ["add"] },
        "/all": { method: "GET", actions: ["all"] } },
    } };`,
    ...changes,
  });
}

async function call(
  handler: PluginHandler,
  id: number,
  [method, path]: [string, string],
): Promise<unknown> {
  const request = new Request(`http://x${path}`, { method });
  return await handler.handleRoute(id, path, request);
}

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`a table that a plugin left behind goes to the same name of the same origin (${isolation})`, async () => {
    await using market = serve({
      "/ada/m.json": () => Response.json(withTable()),
      "/mallory/m.json": () => Response.json(withTable()),
    });
    await using handler = open({}, { isolation });
    const link = (who: string) => `${market.origin}/${who}/m.json?token=1`;
    const first = await handler.installFromManifestLink(link("ada"));
    await handler.loadPlugin(first.id!);
    await call(handler, first.id!, ["POST", "/add"]);
    handler.deletePlugin(first.id!);
    const { id: other } = await handler.installFromManifestLink(
      link("mallory"),
    );
    const { errors } = await handler.loadPlugins([other!]);
    assertStringIncludes(
      errors[0]?.error ?? "",
      `deletePlugin(${first.id}, { purge`,
    );
    assertStringIncludes(errors[0]?.error ?? "", `${market.origin}/ada/m.json`);
    handler.deletePlugin(other!);
    // Nor is it the host's own, which has another origin.
    const saved = handler.savePlugin(withTable() as never);
    assertEquals((await handler.loadPlugins([saved.id!])).errors.length, 1);
    handler.deletePlugin(saved.id!);
    const again = await handler.installFromManifestLink(link("ada"));
    await handler.loadPlugin(again.id!);
    assertEquals(await call(handler, again.id!, ["GET", "/all"]), [{
      text: "mine",
    }]);
  });
}

Deno.test("a table is known by the key that signed its plugin, wherever it comes from", async () => {
  const [ada, mallory] = await Promise.all([
    Signer.make("ada"),
    Signer.make("m"),
  ]);
  await using handler = open({
    trustedKeys: { ada: ada.key, m: mallory.key },
  });
  const first = await handler.installPlugin(await ada.sign(withTable()));
  await handler.loadPlugin(first.id!);
  await call(handler, first.id!, ["POST", "/add"]);
  handler.deletePlugin(first.id!);
  for (const manifest of [withTable(), await mallory.sign(withTable())]) {
    const { id } = await handler.installPlugin(manifest);
    assertEquals((await handler.loadPlugins([id!])).errors.length, 1);
    handler.deletePlugin(id!);
  }
  const moved = withTable({ repository: "https://new.example/notes" });
  const again = await handler.installPlugin(await ada.sign(moved));
  await handler.loadPlugin(again.id!);
  assertEquals(await call(handler, again.id!, ["GET", "/all"]), [{
    text: "mine",
  }]);
});

Deno.test("a table that is purged is anybody's", async () => {
  await using handler = open();
  const { id } = handler.savePlugin(withTable() as never);
  await handler.loadPlugin(id!);
  await call(handler, id!, ["POST", "/add"]);
  handler.deletePlugin(id!, { purge: true });
  const signer = await Signer.make("a");
  const other = await handler.installPlugin(await signer.sign(withTable()));
  await handler.loadPlugin(other.id!);
  assertEquals(await call(handler, other.id!, ["GET", "/all"]), []);
});
