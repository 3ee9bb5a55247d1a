import { PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals } from "@std/assert";
import { BUNDLERS, SOURCES, Workshop } from "./bundlers.ts";

/** What each plugin answers, whoever bundled it and wherever it runs. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  built_ins: {
    hash: "ca978112",
    uuid: 36,
    zipped: "text",
    bytes: 2,
    decoded: "x",
    types: Array(6).fill("function"),
    chunks: ["a", "b"],
  },
  built_plugin: { rows: 1 },
  colours: {
    plain: "text",
    forced: null,
    depth: "number",
    release: "",
    supported: "boolean",
  },
  common_js: { enabled: false, newer: true },
  create_require: { text: "a-1", here: true, data: "file:" },
  dynamic: { name: "b", query: "a=1", url: "http://x/y" },
  environment: {
    isProduction: false,
    debug: [],
    copied: "object",
    own: "own",
    removed: true,
  },
  logging: { ignored: [""], level: 0, line: true, text: "x" },
  react_server: { html: '<b id="x">text</b>' },
  runtime: { newer: null, gc: "undefined", fs: "function", home: null },
  validated: { item: { name: "a", count: 1 }, refused: false },
};

async function loadAnswerUnload(
  plugin: string,
  isolation: "inline" | "process",
): Promise<unknown> {
  await using handler = new PluginHandler(":memory:", { isolation });
  const { id, message } = handler.savePlugin({
    name: "bundled",
    version: "1.0.0",
    repository: "https://github.com/user/plugin",
    manifest: "https://github.com/user/plugin/manifest.json",
    author: { name: "Developer" },
    plugin,
  });
  if (id === undefined) throw new Error(message);
  await handler.loadPlugin(id);
  const request = new Request("http://localhost/plugins/bundled/routes/answer");
  const response = await handler.fetch(request);
  const answer = await response.json();
  assertEquals(handler.unloadPlugin(id), true);
  return answer;
}

/** What is needed and not there; without it there is nothing to bundle with. */
async function missing(): Promise<string | undefined> {
  try {
    const { success } = await new Deno.Command("npm", {
      args: ["ping"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success ? undefined : "the registry of npm does not answer";
  } catch {
    return "npm is not installed";
  }
}

const reason = await missing();

Deno.test({
  name: `bundles of three bundlers load, answer and unload${
    reason === undefined ? "" : `; skipped, since ${reason}`
  }`,
  ignore: reason !== undefined,
  async fn(t) {
    await using workshop = await Workshop.open();
    assertEquals(SOURCES, Object.keys(ANSWERS).sort());
    for (const source of SOURCES) {
      for (const bundler of BUNDLERS) {
        for (const isolation of ["inline", "process"] as const) {
          await t.step(`${source} by ${bundler}, ${isolation}`, async () => {
            const code = await workshop.bundle(source, bundler);
            assertEquals(
              await loadAnswerUnload(code, isolation),
              ANSWERS[source],
            );
          });
        }
      }
    }
  },
});
