import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  obtainPlugin,
  type VerificationOptions,
} from "../../src/install/mod.ts";
import {
  codeHash,
  metadataHash,
} from "../../src/install/trust/verification_hash.ts";
import { type Loopback, serve } from "./loopback.ts";
import { assertRefused, CODE, demoManifest } from "./manifests.ts";

type Review = {
  verified: boolean;
  securityStatus: "safe" | "unsafe" | "unknown";
  verifiedBy?: string;
  verifiedAt?: number;
  notes?: string;
};

const SAFE: Review = {
  verified: true,
  securityStatus: "safe",
  verifiedBy: "reviewer",
  verifiedAt: 1_700_000_000,
  notes: "read it all",
};
const UNSAFE: Review = { ...SAFE, securityStatus: "unsafe" };
const UNKNOWN: Review = { ...SAFE, securityStatus: "unknown" };
const UNREVIEWED: Review = { verified: false, securityStatus: "unknown" };

const METADATA = metadataHash(demoManifest());
const CODE_HASH = codeHash(CODE);

/** A service that speaks the original's protocol, and a manifest beside it. */
function serveVerdicts(reviews: Record<string, Review>): Loopback {
  return serve({
    "/m.json": () => Response.json(demoManifest()),
    "/api/compare": async (request) => {
      const { pluginHash, pluginName, pluginVersion } = await request.json();
      const review = reviews[pluginHash];
      const verdict = {
        valid: review !== undefined,
        ...(review ?? UNREVIEWED),
        hash: pluginHash,
        pluginName,
        pluginVersion,
        message: "",
      };
      return Response.json(verdict, { status: review ? 200 : 404 });
    },
  });
}

async function obtain(
  server: Loopback,
  options: Partial<VerificationOptions> = {},
): ReturnType<typeof obtainPlugin> {
  const hashes = ["code", "metadata"] as const;
  const verification = { url: `${server.origin}/`, hashes, ...options };
  return await obtainPlugin(`${server.origin}/m.json`, {
    verification,
    retries: 0,
  });
}

Deno.test("metadataHash() agrees with the original", () => {
  for (
    const [description, repository, version, expected] of [
      [
        "A demo plugin",
        "o/r:main/plugins",
        "1.0.0",
        "dd615581789c7a04164369eefb2acc5066e87ccd7b7aece3f40cac7e6b0adff2",
      ],
      [
        "a b\nc",
        "http://h/plug",
        "1.0.0",
        "d1e2016ac5bec4b8c5ada9e53b5f4c82eb45c1e856ddb1c3c6982069d637c6af",
      ],
      [
        "ab",
        "c",
        "1",
        "dbfcfd0d87220f629339bd3adcf452d083fde3246625fb3a93e314f833e20d37",
      ],
      [
        "a",
        "bc",
        "1",
        "dbfcfd0d87220f629339bd3adcf452d083fde3246625fb3a93e314f833e20d37",
      ],
    ] as const
  ) {
    assertEquals(metadataHash({ description, repository, version }), expected);
  }
});

Deno.test("codeHash() tells one code from another", () => {
  assertEquals(
    codeHash(""),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

Deno.test("obtainPlugin() takes code that was found safe", async () => {
  await using server = serveVerdicts({ [CODE_HASH]: SAFE });
  const { warnings, verdicts } = await obtain(server);
  assertEquals(warnings, []);
  assertEquals(verdicts, [
    { hashed: "code", known: true, ...SAFE, notes: "read it all" },
    { hashed: "metadata", known: false, ...UNREVIEWED },
  ]);
});

Deno.test("obtainPlugin() warns where metadata alone was found safe", async () => {
  await using server = serveVerdicts({ [METADATA]: SAFE });
  const { warnings } = await obtain(server);
  assertStringIncludes(warnings[0] ?? "", "says nothing of its code");
  await assertRefused(
    () => obtain(server, { hashes: ["code"] }),
    "VERIFICATION_REFUSED",
  );
});

Deno.test("obtainPlugin() asks for the hash of the code where nothing is said", async () => {
  await using server = serveVerdicts({ [METADATA]: SAFE });
  await assertRefused(
    () => obtain(server, { hashes: undefined }),
    "VERIFICATION_REFUSED",
    "does not know it",
  );
  assertEquals(server.requests, ["GET /m.json", "POST /api/compare"]);
});

Deno.test("obtainPlugin() takes a verdict on another plugin for none", async () => {
  for (
    const other of [{ pluginName: "other" }, { pluginVersion: "6.6.6" }]
  ) {
    await using server = serve({
      "/m.json": () => Response.json(demoManifest()),
      "/api/compare": () => Response.json({ valid: true, ...SAFE, ...other }),
    });
    await assertRefused(
      () => obtain(server),
      "MANIFEST_FETCH_FAILED",
      "not a verdict on it",
    );
  }
});

Deno.test("obtainPlugin() refuses what is not valid, whatever else is said", async () => {
  for (const policy of ["strict", "relaxed"] as const) {
    await using server = serve({
      "/m.json": () => Response.json(demoManifest()),
      "/api/compare": () => Response.json({ valid: false, ...SAFE }),
    });
    await assertRefused(
      () => obtain(server, { policy }),
      "VERIFICATION_REFUSED",
      "reviewer found it not valid",
    );
  }
});

Deno.test("obtainPlugin() asks for the hashes given and no others", async () => {
  await using server = serveVerdicts({ [METADATA]: SAFE });
  await obtain(server, { hashes: ["metadata"] });
  const asked = server.requests.filter((one) => one === "POST /api/compare");
  assertEquals(asked.length, 1);
});

Deno.test("obtainPlugin() refuses what was found unsafe under any policy", async () => {
  for (const hash of [CODE_HASH, METADATA]) {
    await using server = serveVerdicts({ [CODE_HASH]: SAFE, [hash]: UNSAFE });
    for (const policy of ["strict", "relaxed"] as const) {
      await assertRefused(
        () => obtain(server, { policy }),
        "VERIFICATION_REFUSED",
        "reviewer found it unsafe (read it all)",
      );
    }
  }
});

const SILENT: [string, Record<string, Review>, string][] = [
  ["is not known", {}, "does not know it"],
  ["was not reviewed", { [METADATA]: UNREVIEWED }, "nobody has found it safe"],
  ["was reviewed without a result", { [CODE_HASH]: UNKNOWN }, "nobody has"],
];

for (const [what, reviews, words] of SILENT) {
  Deno.test(`obtainPlugin() refuses what ${what} unless relaxed`, async () => {
    await using server = serveVerdicts(reviews);
    await assertRefused(() => obtain(server), "VERIFICATION_REFUSED", words);
    const { warnings } = await obtain(server, { policy: "relaxed" });
    assertStringIncludes(warnings[0] ?? "", words);
  });
}

const BROKEN: [string, () => Response][] = [
  ["is down", () => new Response("", { status: 500 })],
  ["fails", () => Response.json({ type: "validation" }, { status: 422 })],
  ["is something else", () => new Response("<html>", { status: 404 })],
  ["lacks a field", () => Response.json({ valid: true, verified: true })],
  [
    "speaks of another hash",
    () => Response.json({ valid: true, hash: "other", ...SAFE }),
  ],
];

for (const [what, answer] of BROKEN) {
  Deno.test(`obtainPlugin() refuses a service that ${what} unless relaxed`, async () => {
    await using server = serve({
      "/m.json": () => Response.json(demoManifest()),
      "/api/compare": answer,
    });
    await assertRefused(
      () => obtain(server),
      "MANIFEST_FETCH_FAILED",
      "the service was not reached",
    );
    const { warnings, verdicts } = await obtain(server, { policy: "relaxed" });
    assertEquals(verdicts, []);
    assertStringIncludes(warnings[0] ?? "", "the service was not reached");
  });
}
