/** What a hostile server may answer, and that none of it gets anywhere. */
import { assert, assertEquals } from "@std/assert";
import { digestOf } from "../../src/shared/digest.ts";
import type { PluginErrorCode } from "../../src/shared/errors.ts";
import { obtainPlugin } from "../../src/install/mod.ts";
import { endless, gzipBomb, slowDrip, yamlBomb } from "./hostile_bodies.ts";
import { fetchAs, redirect, serve, serveBytes } from "./loopback.ts";
import {
  assertRefused,
  bundledManifest,
  CODE,
  demoManifest,
} from "./manifests.ts";

const LIMITS = { timeoutMs: 60_000, retryDelayMs: 1 };

const ANSWERS: [string, () => Response | Promise<Response>, PluginErrorCode][] =
  [
    [
      "a redirect loop",
      () => redirect("/manifest.json"),
      "MANIFEST_FETCH_FAILED",
    ],
    [
      "a redirect to a file",
      () => redirect("file:///etc/passwd"),
      "HOST_NOT_ALLOWED",
    ],
    ["a redirect to data", () => redirect("data:,{}"), "HOST_NOT_ALLOWED"],
    [
      "a redirect with credentials",
      () => redirect("http://a:b@127.0.0.1/"),
      "HOST_NOT_ALLOWED",
    ],
    ["an endless body", () => new Response(endless()), "MANIFEST_TOO_LARGE"],
    ["a gzip bomb", gzipBomb, "MANIFEST_TOO_LARGE"],
    ["HTML", () => new Response("<!doctype html><h1>Hi"), "INVALID_MANIFEST"],
    ["nothing", () => new Response(""), "INVALID_MANIFEST"],
    ["half of a manifest", () => halfManifest(), "INVALID_MANIFEST"],
    [
      "50,000 levels",
      () => new Response('{"a":'.repeat(50_000) + "1" + "}".repeat(50_000)),
      "INVALID_MANIFEST",
    ],
    [
      "a __proto__ key",
      () => new Response(`{ "__proto__": ${JSON.stringify(demoManifest())} }`),
      "INVALID_MANIFEST",
    ],
    ["404", () => new Response("{}", { status: 404 }), "MANIFEST_FETCH_FAILED"],
    ["401", () => new Response("{}", { status: 401 }), "MANIFEST_FETCH_FAILED"],
    ["502", () => new Response("{}", { status: 502 }), "MANIFEST_FETCH_FAILED"],
  ];

Deno.test("obtainPlugin() refuses a slow drip", async () => {
  await using server = serve({
    "/manifest.json": () => new Response(slowDrip()),
  });
  await assertRefused(
    () => obtainPlugin(`${server.origin}/manifest.json`, { timeoutMs: 500 }),
    "MANIFEST_FETCH_FAILED",
  );
});

function halfManifest(): Response {
  const text = JSON.stringify(demoManifest());
  return new Response(text.slice(0, text.length / 2));
}

for (const [what, answer, code] of ANSWERS) {
  Deno.test(`obtainPlugin() refuses ${what}`, async () => {
    await using server = serve({ "/manifest.json": answer });
    const url = `${server.origin}/manifest.json`;
    await assertRefused(() => obtainPlugin(url, LIMITS), code);
  });
}

const BYTES: [string, string, PluginErrorCode][] = [
  [
    "a body shorter than promised",
    "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{}",
    "MANIFEST_FETCH_FAILED",
  ],
  [
    "a body longer than promised",
    `HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n${
      JSON.stringify(demoManifest())
    }`,
    "INVALID_MANIFEST",
  ],
  [
    "a promise of a gigabyte",
    "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n{}",
    "MANIFEST_TOO_LARGE",
  ],
  [
    "chunks that break off",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{",
    "MANIFEST_FETCH_FAILED",
  ],
  [
    "a head that breaks off",
    "HTTP/1.1 200 OK\r\ncont",
    "MANIFEST_FETCH_FAILED",
  ],
  ["what is not HTTP", "SSH-2.0-OpenSSH_9.6\r\n", "MANIFEST_FETCH_FAILED"],
  ["silence and a close", "", "MANIFEST_FETCH_FAILED"],
];

for (const [what, bytes, code] of BYTES) {
  Deno.test(`obtainPlugin() refuses ${what}`, async () => {
    await using server = serveBytes(bytes);
    const url = `${server.origin}/manifest.json`;
    await assertRefused(() => obtainPlugin(url, LIMITS), code);
  });
}

Deno.test("obtainPlugin() refuses 10^9 YAML expansions", async () => {
  await using server = serve({ "/m.yaml": () => new Response(yamlBomb()) });
  await assertRefused(
    () => obtainPlugin(`${server.origin}/m.yaml`, LIMITS),
    "INVALID_MANIFEST",
  );
});

Deno.test("obtainPlugin() refuses a public host that redirects inward", async () => {
  for (
    const target of [
      "http://169.254.169.254/",
      "http://[::ffff:7f00:1]/",
      "http://0x7f000001/",
      "http://localhost:1/",
    ]
  ) {
    await using server = serve({ "/m.json": () => redirect(target) });
    const options = {
      ...LIMITS,
      allowPrivateHosts: false,
      fetch: fetchAs(["http://8.8.8.8"], server),
    };
    await assertRefused(
      () => obtainPlugin("http://8.8.8.8/m.json", options),
      "HOST_NOT_ALLOWED",
    );
    assertEquals(server.requests.length, 1);
  }
});

Deno.test("obtainPlugin() refuses a bundle on a private host", async () => {
  const manifest = bundledManifest({ bundle: "http://127.0.0.1:1/x.js" });
  await using server = serve({ "/m.json": () => Response.json(manifest) });
  const options = {
    ...LIMITS,
    allowPrivateHosts: false,
    fetch: fetchAs(["http://8.8.8.8"], server),
  };
  await assertRefused(
    () => obtainPlugin("http://8.8.8.8/m.json", options),
    "HOST_NOT_ALLOWED",
  );
});

const BUNDLES: [string, () => Response | Promise<Response>, PluginErrorCode][] =
  [
    [
      "is missing",
      () => new Response("", { status: 404 }),
      "MANIFEST_FETCH_FAILED",
    ],
    ["is HTML", () => new Response("<html>"), "MANIFEST_FETCH_FAILED"],
    ["is empty", () => new Response(" \n"), "MANIFEST_FETCH_FAILED"],
    ["has no end", () => new Response(endless()), "MANIFEST_TOO_LARGE"],
    ["is a gzip bomb", gzipBomb, "MANIFEST_TOO_LARGE"],
    [
      "redirects to a file",
      () => redirect("file:///etc/passwd"),
      "HOST_NOT_ALLOWED",
    ],
  ];

for (const [what, answer, code] of BUNDLES) {
  Deno.test(`obtainPlugin() refuses a bundle that ${what}`, async () => {
    await using server = serve({
      "/m.json": () => Response.json(bundledManifest()),
      "/bundle/index.js": answer,
    });
    await assertRefused(
      () => obtainPlugin(`${server.origin}/m.json`, LIMITS),
      code,
    );
  });
}

Deno.test("obtainPlugin() notices that a bundle was swapped", async () => {
  let swapped = false;
  const manifest = bundledManifest({ integrity: digestOf(CODE) });
  await using server = serve({
    "/m.json": () => Response.json(manifest),
    "/bundle/index.js": () => new Response(swapped ? `${CODE};evil()` : CODE),
  });
  const url = `${server.origin}/m.json`;
  assertEquals((await obtainPlugin(url)).row.plugin, CODE);
  swapped = true;
  await assertRefused(() => obtainPlugin(url), "INTEGRITY_MISMATCH");
});

Deno.test("obtainPlugin() keeps its memory bounded", async () => {
  await using server = serve({
    "/endless.json": () => new Response(endless()),
    "/gzip.json": gzipBomb,
    "/bomb.yaml": () => new Response(yamlBomb()),
    "/deep.json": () => new Response("[".repeat(5_000_000)),
    "/wide.json": () => new Response(`[${"1,".repeat(2_500_000)}1]`),
    "/wide.yaml": () => new Response(`a: [${"1,".repeat(2_500_000)}1]`),
  });
  const paths = ["/endless.json", "/gzip.json", "/bomb.yaml"];
  paths.push("/deep.json", "/wide.json", "/wide.yaml");
  const probe = new URL("memory_probe.ts", import.meta.url).href;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-net=127.0.0.1", "--allow-sys", probe]
      .concat(paths.map((path) => server.origin + path)),
    stderr: "inherit",
  }).output();
  assert(success);
  for (const line of new TextDecoder().decode(stdout).trim().split("\n")) {
    const { url, code, grownMiB } = JSON.parse(line);
    assert(grownMiB < 100, `${url} (${code}) took ${grownMiB} MiB`);
  }
});
