import { DB } from "@dockstat/plugin-handler/sqlite";
import { PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import * as exports from "./handler/exports.ts";
import { plainCode, store } from "./stored_plugins.ts";

const config = fromFileUrl(new URL("../../deno.json", import.meta.url));

/** Starts a code block in a folder of its own, with a plugin in its database. */
async function startBlock(
  block: string,
  folder: string,
  database: string,
): Promise<Deno.ChildProcess> {
  {
    using db = new DB(`${folder}/${database}`);
    await using handler = new PluginHandler(db);
    store(handler, "example-plugin", plainCode);
  }
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      `--config=${config}`,
      `--allow-read=${folder}`,
      `--allow-write=${folder}`,
      "--allow-net=127.0.0.1",
      new URL(`handler/${block}`, import.meta.url).href,
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("seed's exports are where it says", () => {
  assertEquals(
    Object.entries(exports).map(([name, value]) => `${typeof value} ${name}`),
    [
      "function PluginHandler",
      "function createActions",
      "function definePlugin",
      "function pluginBuilder",
    ],
  );
});

Deno.test("seed's quick start loads what is stored, and prints the status", () =>
  inFolder(async (folder) => {
    const child = await startBlock("quick_start.ts", folder, "app.db");
    const { code, stdout, stderr } = await child.output();
    const text = new TextDecoder();
    assertEquals(text.decode(stderr), "");
    assertEquals(code, 0);
    const printed = text.decode(stdout);
    assertStringIncludes(printed, "installed_plugins: {");
    assertStringIncludes(printed.split("loaded_plugins")[1]!, "example-plugin");
  }));

Deno.test("seed's basic setup serves status and routes", () =>
  inFolder(async (folder) => {
    const child = await startBlock("basic_setup.ts", folder, "dockstat.db");
    try {
      // Deno says there where it listens.
      const reader = child.stderr.pipeThrough(new TextDecoderStream())
        .getReader();
      let printed = "";
      while (!/http:.+\n/.test(printed)) {
        const { value, done } = await reader.read();
        if (done) break;
        printed += value;
      }
      const origin = /http:\/\/[\d.:]+/.exec(printed)![0];
      const json = async (path: string) =>
        await (await fetch(origin + path)).json();
      assertEquals((await json("/plugins")).installed_plugins.count, 1);
      assertEquals(await json("/plugins/routes"), [
        { plugin: "example-plugin", routes: ["/info"] },
      ]);
      assertEquals(await json("/plugins/1/routes/info"), "info");
      await reader.cancel();
    } finally {
      child.kill();
      await child.stdout.cancel();
      await child.status;
    }
  }));
