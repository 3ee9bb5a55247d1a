import { PluginError } from "@dockstat/plugin-handler";
import {
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
} from "@std/assert";
import {
  assertOnlyNeighbour,
  notesSource,
  rowOf,
  withNeighbour,
} from "./plugins.ts";

const MANIFEST = rowOf("bad", notesSource());
const { version: _version, ...WITHOUT_VERSION } = MANIFEST;

interface BadAnswer {
  readonly what: string;
  readonly file?: string;
  readonly status?: number;
  readonly body: string;
  readonly code: string;
  readonly says: string;
}

const CASES: readonly BadAnswer[] = [
  {
    what: "is not there",
    status: 404,
    body: "no",
    code: "MANIFEST_FETCH_FAILED",
    says: "404 Not Found; check the link",
  },
  {
    what: "is an HTML page",
    body: "<!doctype html><title>Sign in</title>",
    code: "INVALID_MANIFEST",
    says: "check that the link leads to the raw file",
  },
  {
    what: "is too large",
    body: JSON.stringify({ ...MANIFEST, description: "x".repeat(4_000) }),
    code: "MANIFEST_TOO_LARGE",
    says: "2000 bytes; raise install.maxBytes",
  },
  {
    what: "is truncated",
    body: JSON.stringify(MANIFEST).slice(0, 300),
    code: "INVALID_MANIFEST",
    says: "line",
  },
  {
    what: "is no JSON",
    body: "{ name: notes }",
    code: "INVALID_MANIFEST",
    says: "line 1",
  },
  {
    what: "is no YAML",
    file: "manifest.yaml",
    body: "name: [notes\nversion: 1.0.0",
    code: "INVALID_MANIFEST",
    says: "line",
  },
  {
    what: "lacks a field",
    body: JSON.stringify(WITHOUT_VERSION),
    code: "INVALID_MANIFEST",
    says: "version",
  },
  {
    what: "has a field of the wrong type",
    body: JSON.stringify({ ...MANIFEST, tags: "alerts" }),
    code: "INVALID_MANIFEST",
    says: "tags",
  },
  {
    what: "has the name of a stored plugin",
    body: JSON.stringify({ ...MANIFEST, name: "neighbour" }),
    code: "STORE_FAILED",
    says: "delete it first",
  },
];

for (
  const { what, file = "manifest.json", status, body, code, says } of CASES
) {
  Deno.test(
    `installFromManifestLink() stores nothing when the manifest ${what}`,
    {
      permissions: { net: ["127.0.0.1"] },
    },
    async () => {
      await using server = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen() {} },
        () => new Response(body, { status: status ?? 200 }),
      );
      await using handler = await withNeighbour({
        install: { maxBytes: 2_000 },
      });
      const url = `http://127.0.0.1:${server.addr.port}/${file}`;

      const result = await handler.installFromManifestLink(url);

      assertEquals(result.success, false);
      assertInstanceOf(result.cause, PluginError);
      assertEquals(result.cause.code, code);
      assertEquals(result.error, result.cause.message);
      assertStringIncludes(result.cause.message, says);
      await assertOnlyNeighbour(handler);
    },
  );
}

Deno.test(
  "installFromManifestLink() stores nothing when the code is not what the manifest promises",
  {
    permissions: { net: ["127.0.0.1"] },
  },
  async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () =>
        Response.json({
          ...MANIFEST,
          integrity: "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        }),
    );
    await using handler = await withNeighbour();
    const { cause } = await handler.installFromManifestLink(
      `http://127.0.0.1:${server.addr.port}/manifest.json`,
    );
    assertEquals(cause?.code, "INTEGRITY_MISMATCH");
    await assertOnlyNeighbour(handler);
  },
);

Deno.test("installFromManifestLink() stores nothing when nobody answers", {
  permissions: { net: ["127.0.0.1"] },
}, async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(),
  );
  await server.shutdown();
  await using handler = await withNeighbour();
  const { cause } = await handler.installFromManifestLink(
    `http://127.0.0.1:${server.addr.port}/manifest.json`,
  );
  assertEquals(cause?.code, "MANIFEST_FETCH_FAILED");
  await assertOnlyNeighbour(handler);
});
