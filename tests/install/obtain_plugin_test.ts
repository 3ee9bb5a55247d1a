import { assertEquals, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import { digestOf } from "../../src/shared/digest.ts";
import {
  type FetchProgress,
  obtainChangedPlugin,
  obtainPlugin,
} from "../../src/install/mod.ts";
import { redirect, serve } from "./loopback.ts";
import {
  assertRefused,
  bundledManifest,
  CODE,
  demoManifest,
  signedManifest,
} from "./manifests.ts";

Deno.test("obtainPlugin() makes a row of a manifest that holds its code", async () => {
  await using server = serve({
    "/m.json": () =>
      Response.json(demoManifest(), { headers: { etag: 'W/"1"' } }),
  });
  const url = `${server.origin}/m.json`;
  assertEquals(await obtainPlugin(url), {
    row: { ...demoManifest(), plugin: CODE },
    extras: {
      language: "javascript",
      manifestFields: {},
      sourceUrl: url,
      etag: 'W/"1"',
      signature: "unsigned",
      origin: `url:${url}`,
    },
    warnings: [],
    verdicts: [],
  });
});

Deno.test("obtainPlugin() fetches the bundle relative to where the manifest was", async () => {
  await using server = serve({
    "/m.json": () => redirect("/deep/manifest.json"),
    "/deep/manifest.json": () => Response.json(bundledManifest()),
    "/deep/bundle/index.js": () => new Response(CODE),
  });
  const { row, extras } = await obtainPlugin(`${server.origin}/m.json`);
  assertEquals(row.plugin, CODE);
  assertEquals(extras.sourceUrl, `${server.origin}/m.json`);
  assertEquals(extras.manifestFields, { bundle: "bundle/index.js" });
});

Deno.test("obtainPlugin() fetches the bundle from a self-hosted forge", async () => {
  await using server = serve({
    "/m.json": () => {
      const { bundle: _, ...manifest } = bundledManifest({
        repository: `${server.origin}/owner/repo:main/plugins`,
        repoType: "gitea",
        manifest: "demo",
      });
      return Response.json(manifest);
    },
    "/owner/repo/raw/branch/main/plugins/demo/bundle/index.js": () =>
      new Response(CODE),
  });
  const { row } = await obtainPlugin(`${server.origin}/m.json`);
  assertEquals([row.plugin, row.repoType], [CODE, "gitea"]);
});

Deno.test("obtainPlugin() refuses a manifest that leads out of its repository", async () => {
  const { bundle: _, ...manifest } = bundledManifest({
    repository: "owner/repo:main",
    manifest: "../other",
  });
  await using server = serve({ "/m.json": () => Response.json(manifest) });
  await assertRefused(
    () => obtainPlugin(`${server.origin}/m.json`),
    "INVALID_MANIFEST",
    "within the repository",
  );
});

Deno.test("obtainPlugin() reads local manifests and bundles where it may", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { bundle: _, ...manifest } = bundledManifest({
      repository: folder,
      repoType: "local",
      manifest: "demo",
    });
    await Deno.mkdir(`${folder}/demo/bundle`, { recursive: true });
    await Deno.writeTextFile(`${folder}/m.json`, JSON.stringify(manifest));
    await Deno.writeTextFile(`${folder}/demo/bundle/index.js`, CODE);
    const url = toFileUrl(`${folder}/m.json`).href;
    const { row } = await obtainPlugin(url, { allowLocalFiles: true });
    assertEquals(row.plugin, CODE);
    await using server = serve({ "/m.json": () => Response.json(manifest) });
    await assertRefused(
      () => obtainPlugin(`${server.origin}/m.json`),
      "HOST_NOT_ALLOWED",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const NAMED: [string, string, boolean][] = [
  ["/m.json?file=x.yaml", "text/yaml", true],
  ["/M.JSON", "text/plain", true],
  ["/m.yaml?x=.json", "application/json", false],
  ["/m.yml", "", false],
  ["/manifest", "application/json; charset=utf-8", true],
  ["/manifest", "application/vnd.dockstat+json", true],
  ["/manifest", "application/yaml", false],
  ["/manifest", "text/x-yaml", false],
];

for (const [path, type, isJson] of NAMED) {
  Deno.test(`obtainPlugin() reads ${path} of type "${type}"`, async () => {
    const json = JSON.stringify(demoManifest(), null, "\t");
    const yaml = Object.entries(demoManifest())
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join("");
    await using server = serve({
      [new URL(path, "http://x").pathname]: () =>
        new Response(isJson ? json : yaml, {
          headers: { "content-type": type },
        }),
    });
    const { row } = await obtainPlugin(server.origin + path);
    assertEquals(row.plugin, CODE);
  });
}

Deno.test("obtainPlugin() asks for a format where nothing tells it", async () => {
  await using server = serve({
    "/manifest": () => new Response(JSON.stringify(demoManifest())),
  });
  await assertRefused(
    () => obtainPlugin(`${server.origin}/manifest`),
    "INVALID_MANIFEST",
    "whether it is JSON or YAML",
  );
});

Deno.test("obtainChangedPlugin() downloads only what changed", async () => {
  await using server = serve({
    "/m.json": ({ headers }) =>
      headers.get("if-none-match") === '"2"'
        ? new Response(null, { status: 304 })
        : Response.json(bundledManifest(), { headers: { etag: '"2"' } }),
    "/bundle/index.js": () => new Response(CODE),
  });
  const url = `${server.origin}/m.json`;
  const first = await obtainChangedPlugin(url, null);
  assertEquals(first?.extras.etag, '"2"');
  assertEquals(await obtainChangedPlugin(url, '"2"'), null);
  assertEquals(server.requests, [
    "GET /m.json",
    "GET /bundle/index.js",
    "GET /m.json",
  ]);
});

Deno.test("obtainPlugin() refuses a plugin for another version of the handler", async () => {
  const ranges = { ">=0.1.0 <1": true, "^0.1.0": true, "^99": false };
  for (const [dockstat, fits] of Object.entries(ranges)) {
    const manifest = demoManifest({ engines: { dockstat } });
    await using server = serve({ "/m.json": () => Response.json(manifest) });
    const call = () => obtainPlugin(`${server.origin}/m.json`);
    if (fits) await call();
    else await assertRefused(call, "INVALID_MANIFEST", "asks for ^99");
  }
});

Deno.test("obtainPlugin() checks integrity of code in the manifest too", async () => {
  const manifest = demoManifest({ integrity: digestOf("other") });
  await using server = serve({ "/m.json": () => Response.json(manifest) });
  await assertRefused(
    () => obtainPlugin(`${server.origin}/m.json`),
    "INTEGRITY_MISMATCH",
  );
});

Deno.test("obtainPlugin() demands integrity where it is required", async () => {
  await using server = serve({
    "/bare.json": () => Response.json(bundledManifest()),
    "/sure.json": () =>
      Response.json(demoManifest({ integrity: digestOf(CODE) })),
  });
  const options = { requireIntegrity: true };
  await assertRefused(
    () => obtainPlugin(`${server.origin}/bare.json`, options),
    "INTEGRITY_MISMATCH",
    "promises no integrity",
  );
  assertEquals(server.requests, ["GET /bare.json"]);
  await obtainPlugin(`${server.origin}/sure.json`, options);
});

Deno.test("obtainPlugin() says what the signature says", async () => {
  const { manifest, publicKey } = await signedManifest();
  await using server = serve({ "/m.json": () => Response.json(manifest) });
  const url = `${server.origin}/m.json`;
  const trustedKeys = { "author-1": publicKey };
  const signed = await obtainPlugin(url, { trustedKeys });
  assertEquals(signed.extras.signature, "signed");
  assertEquals((await obtainPlugin(url)).extras.signature, "untrusted");
  assertEquals(signed.extras.manifestFields.keyId, "author-1");
});

Deno.test("obtainPlugin() demands a trusted signature where it is required", async () => {
  const { manifest, publicKey } = await signedManifest();
  await using server = serve({
    "/signed.json": () => Response.json(manifest),
    "/bare.json": () => Response.json(demoManifest()),
  });
  const signed = `${server.origin}/signed.json`;
  const requireSignature = true;
  await obtainPlugin(signed, {
    requireSignature,
    trustedKeys: { "author-1": publicKey },
  });
  const foreign = { requireSignature, trustedKeys: { other: publicKey } };
  await assertRefused(() => obtainPlugin(signed, foreign), "SIGNATURE_INVALID");
  const expired = { key: publicKey, expires: "2020-01-01" };
  await assertRefused(
    () =>
      obtainPlugin(signed, {
        requireSignature,
        trustedKeys: { "author-1": expired },
      }),
    "SIGNATURE_INVALID",
    "has expired",
  );
  await assertRefused(
    () => obtainPlugin(`${server.origin}/bare.json`, { requireSignature }),
    "SIGNATURE_INVALID",
    "not signed",
  );
});

Deno.test("obtainPlugin() tells of progress on manifest and bundle", async () => {
  await using server = serve({
    "/m.json": () => Response.json(bundledManifest()),
    "/bundle/index.js": () => new Response(CODE),
  });
  const seen: FetchProgress[] = [];
  await obtainPlugin(`${server.origin}/m.json`, {
    onProgress: (progress) => seen.push(progress),
  });
  assertEquals(seen.map(({ subject }) => subject), ["manifest", "bundle"]);
});

Deno.test("obtainPlugin() hands on warnings and unknown fields", async () => {
  const manifest = demoManifest({ colour: "red", language: "typescript" });
  await using server = serve({ "/m.json": () => Response.json(manifest) });
  const { extras, warnings } = await obtainPlugin(`${server.origin}/m.json`);
  assertEquals(extras.manifestFields, { colour: "red" });
  assertEquals(extras.language, "typescript");
  assertStringIncludes(warnings[0] ?? "", "colour");
});
