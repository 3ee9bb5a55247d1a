/** Source maps beside bundles: fetched, kept by the code, gone with it. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import { readableStack } from "../../src/shared/stack/readable_stack.ts";
import { type Loopback, serve } from "../install/loopback.ts";
import { ask } from "./market.ts";

/** The second line is said to be line 5 of a file, column 26. */
function code(comment: string, message = "out of stock"): string {
  return `export default { config: { actions: { fail() {
throw new Error("${message}") } },
apiRoutes: { "/fail": { method: "GET", actions: ["fail"] } } } };
${comment}`;
}

const NAMED = "//# sourceMappingURL=index.js.map\n";
const MAP = {
  version: 3,
  sources: ["../../src/util.ts"],
  sourcesContent: ["x".repeat(1000)],
  names: [],
  mappings: ";AAIyB",
};

type Files = Record<string, string | Response | undefined>;

/** A server with a manifest, the bundle, and what else is given. */
function offering(files: Files, version = "1.0.0"): Loopback {
  const manifest = {
    name: "fluent",
    version,
    description: "Fails",
    repository: "https://github.com/user/fluent",
    manifest: "https://github.com/user/fluent/manifest.json",
    author: { name: "User" },
    bundle: "bundle/index.js",
  };
  const answers: Files = {
    "/manifest.json": JSON.stringify(manifest),
    ...files,
  };
  return serve(Object.fromEntries(
    Object.entries(answers).map(([path, answer]) => [
      path,
      () => answer instanceof Response ? answer.clone() : new Response(answer),
    ]),
  ));
}

async function stackOf(handler: PluginHandler, id: number): Promise<string> {
  return readableStack(await assertRejects(() => ask(handler, id, "/fail")));
}

const IN_FILE = /fluent@\d\.0\.0\/src\/util\.ts:5:26/;
const IN_BUNDLE = /fluent@\d\.0\.0:2:\d+/;

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`a frame names the file of the map that a bundle names, ${isolation}`, async () => {
    await using server = offering({
      "/bundle/index.js": code(NAMED),
      "/bundle/index.js.map": JSON.stringify(MAP),
    });
    await using handler = new PluginHandler(":memory:", { isolation });
    const { id, warnings } = await handler.installFromManifestLink(
      `${server.origin}/manifest.json`,
    );
    assertEquals(warnings, []);
    await handler.loadPlugin(id!);
    assertMatch(await stackOf(handler, id!), IN_FILE);
  });
}

const UNUSABLE: Record<string, [string, string | undefined, RegExp]> = {
  "is not there": [NAMED, undefined, /404/],
  "is no JSON": [NAMED, "root:x:0:0", /it is no source map of one file;/],
  "is one of sections": [
    NAMED,
    `{ "version": 3, "sections": [] }`,
    /it is no source map of one file;/,
  ],
  "is elsewhere": [
    "//# sourceMappingURL=https://maps.example/index.js.map\n",
    undefined,
    /it is not where the bundle is;/,
  ],
  "is a file of the host": [
    "//# sourceMappingURL=file:///etc/passwd\n",
    undefined,
    /it is not where the bundle is;/,
  ],
};

for (const [what, [comment, map, warned]] of Object.entries(UNUSABLE)) {
  Deno.test(`a source map that ${what} is a warning, and no failure`, async () => {
    await using server = offering({
      "/bundle/index.js": code(comment),
      "/bundle/index.js.map": map ?? new Response(null, { status: 404 }),
    });
    await using handler = new PluginHandler(":memory:");
    const { id, success, warnings } = await handler.installFromManifestLink(
      `${server.origin}/manifest.json`,
    );
    assertEquals(success, true);
    assertEquals(warnings?.length, 1);
    assertMatch(warnings![0]!, /^Cannot use the source map "/);
    assertMatch(warnings![0]!, warned);
    await handler.loadPlugin(id!);
    assertMatch(await stackOf(handler, id!), IN_BUNDLE);
  });
}

Deno.test("an update and a rollback each find the map of their code, a deletion takes both", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/agent.db`;
  await using old = offering({
    "/bundle/index.js": code(NAMED),
    "/bundle/index.js.map": JSON.stringify(MAP),
  });
  await using plain = offering(
    { "/bundle/index.js": code("", "sold out") },
    "2.0.0",
  );
  await using handler = new PluginHandler(path);
  const { id } = await handler.installFromManifestLink(
    `${old.origin}/manifest.json`,
  );
  await handler.loadPlugin(id!);
  const updated = await handler.updateFromManifestLink(
    id!,
    `${plain.origin}/manifest.json`,
  );
  assertEquals(updated.success, true, updated.error);
  assertMatch(await stackOf(handler, id!), IN_BUNDLE);
  await handler.rollbackPlugin(id!, "1.0.0");
  assertMatch(await stackOf(handler, id!), IN_FILE);
  const count = () => {
    using db = new DatabaseSync(path);
    const row = db.prepare("SELECT map FROM plugin_handler_source_maps").all();
    return row.map(({ map }) => JSON.parse(String(map)));
  };
  const { sourcesContent: _, ...kept } = MAP;
  assertEquals(count(), [kept]);
  handler.deletePlugin(id!);
  assertEquals(count(), []);
  await handler.close();
  await Deno.remove(folder, { recursive: true });
});
