import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { readRepositoryFile } from "../../src/server/catalogue/repository_file.ts";
import { readYaml } from "../../src/shared/document/yaml.ts";
import { BUNDLE_FLAGS, CHECKOUT, edit, newProject } from "./new_project.ts";
import { Printed } from "./read_line.ts";
import { runCli, scratch, startCli } from "./run_cli.ts";

// A checkout is read where a package of JSR is imported.
const FLAGS = [`--allow-read=.,${CHECKOUT}`, "--allow-write=."];

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

async function bundled(folder: string, name: string) {
  const cwd = await newProject(folder, name);
  const { code } = await runCli(["bundle"], { cwd, flags: BUNDLE_FLAGS });
  assertEquals(code, 0);
  return cwd;
}

Deno.test("repo writes what old and new consumers read", async () => {
  await using folder = await scratch();
  const cwd = folder.path;
  await bundled(cwd, "one");
  await bundled(cwd, "two");
  const { code, err } = await runCli(["repo", "--name", "mine"], {
    cwd,
    flags: FLAGS,
  });
  assertEquals(code, 0, err);
  const file = await readJson(join(cwd, "repo.json"));
  assertEquals(file.config.name, "mine");
  assertEquals(file.content.plugins, file.plugins);
  const { plugins } = readRepositoryFile(file);
  assertEquals(plugins.map(({ name, bundle }) => [name, bundle]), [
    ["one", "one/bundle/index.js"],
    ["two", "two/bundle/index.js"],
  ]);
  const yaml = readYaml(await Deno.readTextFile(join(cwd, "manifest.yaml")));
  assertEquals(yaml.issues, []);
  assertEquals(yaml.value, { plugins: file.plugins });
});

Deno.test("repo keeps the former entry of a plugin that fails, and exits with 1", async () => {
  await using folder = await scratch();
  const cwd = folder.path;
  const one = await bundled(cwd, "one");
  await bundled(cwd, "two");
  await runCli(["repo", "--policy", "relaxed"], { cwd, flags: FLAGS });
  await edit(
    cwd,
    "repo.json",
    (text) => text.replace('"themes": []', '"themes": ["kept"]'),
  );
  await edit(one, "bundle/index.js", (text) => `${text}\n// changed`);
  const { code, err } = await runCli(["repo"], { cwd, flags: FLAGS });
  assertEquals(code, 1);
  assertStringIncludes(err, "its code is not what its integrity promises");
  assertStringIncludes(err, '"one" keeps its former entry');
  const file = await readJson(join(cwd, "repo.json"));
  assertEquals(
    file.plugins.map(({ name }: { name: string }) => name),
    ["one", "two"],
  );
  assertEquals([file.config.policy, file.content.themes], ["relaxed", [
    "kept",
  ]]);
});

Deno.test("repo refuses two plugins of one name, and a file that is not JSON", async () => {
  await using folder = await scratch();
  const cwd = folder.path;
  await bundled(cwd, "one");
  const two = await bundled(cwd, "two");
  await edit(
    two,
    "manifest.json",
    (text) => text.replace('"name": "two"', '"name": "one"'),
  );
  const twice = await runCli(["repo"], { cwd, flags: FLAGS });
  assertEquals(twice.code, 1);
  assertStringIncludes(twice.err, "another one at");
  await Deno.writeTextFile(join(cwd, "repo.json"), "{ broken");
  const broken = await runCli(["repo"], { cwd, flags: FLAGS });
  assertEquals(broken.code, 2);
  assertStringIncludes(broken.err, "nothing is overwritten");
});

Deno.test("repo refuses options that mean nothing, and names missing permissions", async () => {
  await using folder = await scratch();
  const run = { cwd: folder.path, flags: FLAGS };
  assertEquals((await runCli(["repo", "--type", "ftp"], run)).code, 2);
  assertEquals((await runCli(["repo", "--port", "x"], run)).code, 2);
  const api = ["repo", "--verification-api", "nowhere"];
  assertEquals((await runCli(api, run)).code, 2);
  const refused = await runCli(["repo"], {
    cwd: folder.path,
    flags: [`--allow-read=.,${CHECKOUT}`],
  });
  assertEquals(refused.code, 3);
  assertStringIncludes(refused.err, "--allow-write=");
});

Deno.test("repo --serve serves its root alone, with right types and CORS, until Ctrl-C", async () => {
  await using folder = await scratch();
  const cwd = join(folder.path, "root");
  await Deno.mkdir(cwd);
  await bundled(cwd, "one");
  await Deno.writeTextFile(join(folder.path, "outside.json"), "{}");
  await Deno.writeTextFile(join(cwd, "jane.key"), "secret");
  await Deno.symlink(
    join(folder.path, "outside.json"),
    join(cwd, "link.json"),
  );
  const child = startCli(["repo", "--serve", "--port", "0"], {
    cwd,
    flags: [...FLAGS, "--allow-net=127.0.0.1"],
  });
  await using printed = new Printed(child);
  const address = await printed.find(/(http:\S+\/)repo\.json\n/);
  const file = await fetch(`${address}repo.json`);
  assertEquals([
    file.status,
    file.headers.get("content-type"),
    file.headers.get("access-control-allow-origin"),
  ], [200, "application/json; charset=utf-8", "*"]);
  await file.body?.cancel();
  const code = await fetch(`${address}one/bundle/index.js`);
  assertEquals(
    code.headers.get("content-type"),
    "text/javascript; charset=utf-8",
  );
  await code.body?.cancel();
  const origin = address.slice(0, -1);
  for (
    const path of [
      "/jane.key",
      "/link.json",
      "//etc/hostname",
      "/%2fetc/hostname",
      "/..%2foutside.json",
      "/%2e%2e/outside.json",
      "/.git/config.json",
      "/one",
    ]
  ) {
    const response = await fetch(`${origin}${path}`);
    assertEquals([path, response.status], [path, 404]);
    await response.body?.cancel();
  }
  const malformed = await fetch(`${origin}/%E0%A4%A`);
  assertEquals(malformed.status, 400);
  await malformed.body?.cancel();
  const post = await fetch(`${address}repo.json`, { method: "POST" });
  assertEquals(post.status, 405);
  await post.body?.cancel();
  assertEquals(await printed.interrupt(), 0);
});
