import { assert, assertEquals, assertMatch } from "@std/assert";
import * as builder from "@dockstat/plugin-handler/builder";
import * as docker from "@dockstat/plugin-handler/docker";
import * as fleet from "@dockstat/plugin-handler/fleet";
import * as server from "@dockstat/plugin-handler/server";
import * as sqlite from "@dockstat/plugin-handler/sqlite";
import * as testing from "@dockstat/plugin-handler/testing";
import { withoutStandIns } from "../../tools/jsr_config.ts";
import {
  buildPackage,
  packageConfig,
} from "../../tools/package/build_package.ts";
import { unexpectedFiles } from "../../tools/package/published_files.ts";
import { standIns } from "../../tools/package/stand_ins.ts";
import { readPackageConfig, repository } from "../../tools/package_config.ts";

Deno.test("withoutStandIns() depends on the real packages of JSR", async () => {
  const config = withoutStandIns(await readPackageConfig());

  assert(!("links" in config));
  for (const [name, target] of Object.entries(config.imports)) {
    if (name.startsWith("@std/")) assert(target.startsWith(`jsr:${name}@`));
  }
});

Deno.test("packageConfig() exports under the same names, and keeps no task", async () => {
  const own = await readPackageConfig();
  const config = packageConfig(own);

  assertEquals(Object.keys(config.exports), Object.keys(own.exports));
  assertEquals(config.exports["./sqlite"], "./lib/src/sqlite/mod.js");
  assertEquals(config.version, own.version);
  assert(!("tasks" in config) && !("workspace" in config));
});

Deno.test("unexpectedFiles() names what does not belong into the package", () => {
  const line = (file: string) => `   file:///tmp/package/${file} (1.2KB)`;
  const output = ["mod.ts", "src/a/b.ts", "links/std_yaml/mod.ts", "tests/a.ts"]
    .map(line).join("\n");

  assertEquals(unexpectedFiles(output, "/tmp/package"), [
    "links/std_yaml/mod.ts",
    "tests/a.ts",
  ]);
});

Deno.test("buildPackage() refuses a folder that is not empty", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/old.js`, "");
    const error = await buildPackage(folder).then(() => undefined, String);
    assertMatch(error!, /old\.js is there already/);
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A program that depends on the package as if it had come from JSR. */
async function openConsumer(): Promise<
  AsyncDisposable & {
    readonly folder: string;
    run(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  }
> {
  const folder = await Deno.makeTempDir();
  await buildPackage(`${folder}/package`);
  const { name, imports, exports } = await readPackageConfig();
  const own = Object.keys(exports).map((path) => path.slice(1));
  await Deno.copyFile(
    new URL("./package_host.ts", import.meta.url),
    `${folder}/host.ts`,
  );
  await Deno.writeTextFile(
    `${folder}/deno.json`,
    JSON.stringify({
      imports: {
        ...Object.fromEntries(
          own.map((path) => [name + path, `jsr:${name}@^0.1${path}`]),
        ),
        "hash-wasm": imports["hash-wasm"],
      },
      links: [`${folder}/package`, ...await standIns()],
    }),
  );
  await Deno.copyFile(`${repository}/deno.lock`, `${folder}/deno.lock`);
  return {
    folder,
    async run(...args) {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args,
        cwd: folder,
        env: { NO_COLOR: "1" },
      }).output();
      const decoder = new TextDecoder();
      return {
        code,
        out: decoder.decode(stdout).trim(),
        err: decoder.decode(stderr),
      };
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("the package does what the checkout does, inline and isolated, and has its types", async () => {
  await using consumer = await openConsumer();
  const { code, out, err } = await consumer.run(
    "run",
    "--quiet",
    "--check",
    "--allow-all",
    "host.ts",
  );
  assertEquals(code, 0, err);
  assertEquals(JSON.parse(out), {
    names: Object.fromEntries(
      Object.entries({ builder, docker, fleet, server, sqlite, testing })
        .map(([name, module]) => [name, Object.keys(module).toSorted()]),
    ),
    inline: 1,
    isolated: 1,
    sharesErrors: true,
    signIn: 200,
  });

  const version = (await readPackageConfig()).version;
  const cli = ["run", "--quiet", "--allow-all", "@dockstat/plugin-handler/cli"];
  assertEquals(await consumer.run(...cli, "--version"), {
    code: 0,
    out: version,
    err: "",
  });
  const help = await consumer.run(...cli, "list", "--help");
  assertEquals(help.code, 0, help.err);
  assertMatch(help.out, /--json/);
});

Deno.test("the package refuses at compile time what the checkout refuses", async () => {
  await using consumer = await openConsumer();
  await Deno.writeTextFile(
    `${consumer.folder}/wrong.ts`,
    `import { PluginHandler } from "@dockstat/plugin-handler";
new PluginHandler(":memory:", { activation: "sometimes" });`,
  );
  const { code, err } = await consumer.run("check", "wrong.ts");
  assertEquals(code, 1);
  assertMatch(err, /"sometimes"' is not assignable to type/);
});
