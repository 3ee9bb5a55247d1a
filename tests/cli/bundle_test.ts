import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { BUNDLE_FLAGS, edit, newProject } from "./new_project.ts";
import { runCli, scratch, startCli } from "./run_cli.ts";
import { digestOf } from "../../src/shared/digest.ts";

async function bundle(cwd: string, ...args: string[]) {
  return await runCli(["bundle", ...args], { cwd, flags: BUNDLE_FLAGS });
}

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

Deno.test("bundle makes the same bytes in every folder, and names none of them", async () => {
  await using folder = await scratch();
  const one = await newProject(folder.path);
  await Deno.mkdir(join(folder.path, "a/b"), { recursive: true });
  const other = await newProject(join(folder.path, "a/b"));
  for (const cwd of [one, other]) assertEquals((await bundle(cwd)).code, 0);
  const codes = [one, other].map((cwd) =>
    Deno.readTextFileSync(join(cwd, "bundle/index.js"))
  );
  assertEquals(codes[0], codes[1]);
  assertMatch(codes[0]!, /\n\/\/# sourceMappingURL=index\.js\.map\n$/);
  const maps = [one, other].map((cwd) =>
    Deno.readTextFileSync(join(cwd, "bundle/index.js.map"))
  );
  assertEquals(maps[0], maps[1]);
  assert(!codes[0]!.includes("../") || !codes[0]!.includes(folder.path));
  assert(!/^\/\/ .*(?:\.\.\/|\/root\/|\/home\/)/m.test(codes[0]!));
  await bundle(one);
  assertEquals(Deno.readTextFileSync(join(one, "bundle/index.js")), codes[0]);
});

Deno.test("bundle renews the digest, and keeps everything else of the manifest", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await edit(
    cwd,
    "manifest.json",
    (text) =>
      text.replace('"tags": []', '"tags": ["mine"],\n  "x-own": { "kept": 1 }'),
  );
  assertEquals((await bundle(cwd, "--minify")).code, 0);
  const manifest = await readJson(join(cwd, "manifest.json"));
  const code = await Deno.readTextFile(join(cwd, "bundle/index.js"));
  assertEquals(manifest.integrity, digestOf(code));
  assertEquals([manifest.tags, manifest["x-own"]], [["mine"], { kept: 1 }]);
});

Deno.test("bundle renews a manifest in YAML, and keeps its comments", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await Deno.remove(join(cwd, "manifest.json"));
  const path = join(cwd, "manifest.yaml");
  await Deno.writeTextFile(
    path,
    `# mine
name: my-plugin # its name
version: "1.0.0"
integrity: >-
  sha256-old
repository: owner/x:main
manifest: x
author: { name: Jane }
`,
  );
  assertEquals((await bundle(cwd)).code, 0);
  const text = await Deno.readTextFile(path);
  const code = await Deno.readTextFile(join(cwd, "bundle/index.js"));
  assertEquals(
    text,
    `# mine
name: my-plugin # its name
version: "1.0.0"
integrity: "${digestOf(code)}"
repository: owner/x:main
manifest: x
author: { name: Jane }
bundle: "bundle/index.js"
`,
  );
});

Deno.test("bundle names a map in the code only where there is one beside it", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  for (const where of ["external", "none", "inline"]) {
    assertEquals((await bundle(cwd, "--sourcemap", where)).code, 0);
    const text = await Deno.readTextFile(join(cwd, "bundle/index.js"));
    const [, named] = /# sourceMappingURL=(data:|\S+)/.exec(text) ?? [];
    const isThere = await Deno.stat(join(cwd, "bundle/index.js.map"))
      .then(() => true, () => false);
    assertEquals(
      [named, isThere],
      {
        external: ["index.js.map", true],
        none: [undefined, false],
        inline: ["data:", false],
      }[where],
    );
  }
});

Deno.test("bundle inlines no value of the environment", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await edit(
    cwd,
    "plugin.ts",
    (text) =>
      `import process from "node:process";\n${text}
export const token = [Deno.env.get("MY_PLUGIN_TOKEN"), process.env.MY_PLUGIN_TOKEN];`,
  );
  const { code } = await runCli(["bundle", "--sourcemap", "inline"], {
    cwd,
    env: { MY_PLUGIN_TOKEN: "not-for-everybody", MY_PLUGIN_X: "neither-this" },
  });
  assertEquals(code, 0);
  const text = await Deno.readTextFile(join(cwd, "bundle/index.js"));
  assertEquals(/not-for-everybody|neither-this/.test(text), false);
  assertStringIncludes(text, "MY_PLUGIN_TOKEN");
});

Deno.test("bundle warns above 500 KB, and names what weighs", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await Deno.writeTextFile(
    join(cwd, "big.ts"),
    `export const big = "${"x".repeat(600_000)}";`,
  );
  await edit(
    cwd,
    "plugin.ts",
    (text) => `import { big } from "./big.ts";\n${text}\nconsole.debug(big);`,
  );
  const { code, err } = await bundle(cwd);
  assertEquals(code, 0);
  assertStringIncludes(err, "what weighs: your own files");
});

Deno.test("bundle drops a signature that was of other code, and says so", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await edit(
    cwd,
    "manifest.json",
    (text) => text.replace('"tags"', '"keyId": "k", "signature": "x", "tags"'),
  );
  const { code, err } = await bundle(cwd);
  assertEquals(code, 0);
  assertStringIncludes(err, "sign it");
  const { signature, keyId } = await readJson(join(cwd, "manifest.json"));
  assertEquals([signature, keyId], [undefined, undefined]);
});

Deno.test("bundle says all that the bundler said, changes nothing, and exits with 1", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await bundle(cwd);
  const before = await Deno.readTextFile(join(cwd, "bundle/index.js"));
  await edit(cwd, "plugin.ts", (text) => `import "./missing.ts";\n${text}`);
  const { code, err } = await bundle(cwd);
  assertEquals(code, 1);
  assertStringIncludes(err, "missing.ts");
  assertStringIncludes(err, "plugin.ts:1");
  const after = await Deno.readTextFile(join(cwd, "bundle/index.js"));
  assertEquals(after, before);
});

Deno.test("bundle finds no plugin, or leads out of its folder: exits with 2", async () => {
  await using folder = await scratch();
  const none = await bundle(folder.path);
  assertEquals(none.code, 2);
  assertStringIncludes(none.err, "there is no plugin.ts");
  const cwd = await newProject(folder.path);
  await edit(
    cwd,
    "manifest.json",
    (text) => text.replace("bundle/index.js", "../../out.js"),
  );
  const { code, err } = await bundle(cwd);
  assertEquals(code, 2);
  assertStringIncludes(err, "leads out of the project");
});

Deno.test("bundle without a permission names its flag, and exits with 3", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const { code, err } = await runCli(["bundle"], {
    cwd,
    flags: ["--allow-read", "--allow-write=."],
  });
  assertEquals(code, 3);
  assertStringIncludes(err, `--allow-run=${Deno.execPath()}`);
});

Deno.test("bundle leaves nothing half done when Ctrl-C ends it", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const before = await Deno.readTextFile(join(cwd, "manifest.json"));
  const child = startCli(["bundle"], { cwd });
  // Long enough for the program to listen, too short to be done on any machine.
  const output = child.output();
  await new Promise((resolve) => setTimeout(resolve, 150));
  try {
    child.kill("SIGINT");
  } catch { /* it was done already */ }
  const { code } = await output;
  const files = [...Deno.readDirSync(cwd)].map(({ name }) => name);
  assertEquals(files.filter((name) => name.endsWith(".new")), []);
  const manifest = await readJson(join(cwd, "manifest.json"));
  if (code === 0) {
    const text = await Deno.readTextFile(join(cwd, "bundle/index.js"));
    assertEquals(manifest.integrity, digestOf(text));
  } else {
    assertEquals(await Deno.readTextFile(join(cwd, "manifest.json")), before);
  }
});
