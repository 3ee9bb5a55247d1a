import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { BUNDLE_FLAGS, CHECK_FLAGS, newProject } from "./new_project.ts";
import { runCli, scratch } from "./run_cli.ts";

async function deno(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, said: text.decode(stdout) + text.decode(stderr) };
}

Deno.test("init makes a project that is formatted, linted, checked, tested and bundled unchanged", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  for (
    const args of [
      ["fmt", "--check"],
      ["lint"],
      ["test", "--allow-read"],
    ]
  ) {
    const { code, said } = await deno(cwd, ...args);
    assertEquals(code, 0, said);
  }
  const check = await runCli(["check", "--strict"], {
    cwd,
    flags: CHECK_FLAGS,
  });
  assertEquals([check.code, check.out.trim()], [0, "Nothing wrong was found"]);
  const bundle = await runCli(["bundle"], { cwd, flags: BUNDLE_FLAGS });
  assertEquals(bundle.code, 0, bundle.err);
});

Deno.test("init takes everything as options", async () => {
  await using folder = await scratch();
  const { code } = await runCli([
    "init",
    "weather",
    "--author",
    "Jane Doe",
    "--description",
    "Tells the weather.",
    "--repository",
    "jane/weather:main",
    "--dir",
    "here",
  ], { cwd: folder.path });
  assertEquals(code, 0);
  const text = await Deno.readTextFile(join(folder.path, "here/manifest.json"));
  const { name, author, description, repository, repoType } = JSON.parse(text);
  assertEquals([name, author.name, description, repository, repoType], [
    "weather",
    "Jane Doe",
    "Tells the weather.",
    "jane/weather:main",
    "github",
  ]);
  const config = await Deno.readTextFile(join(folder.path, "here/deno.json"));
  assertEquals("links" in JSON.parse(config), false);
  assertStringIncludes(config, "jsr:@dockstat/plugin-handler@^");
});

Deno.test("init overwrites nothing, and exits with 2", async () => {
  await using folder = await scratch();
  await Deno.mkdir(join(folder.path, "mine"));
  await Deno.writeTextFile(join(folder.path, "mine/plugin.ts"), "// mine");
  const { code, err } = await runCli(["init", "mine", "--yes"], {
    cwd: folder.path,
  });
  assertEquals(code, 2);
  assertStringIncludes(err, '"plugin.ts" exists');
  const left = await Array.fromAsync(Deno.readDir(join(folder.path, "mine")));
  assertEquals(left.map(({ name }) => name), ["plugin.ts"]);
});

Deno.test("init refuses a name that no plugin may have, and a handler that is none", async () => {
  await using folder = await scratch();
  const run = { cwd: folder.path };
  const named = await runCli(["init", "../up", "--yes"], run);
  assertEquals(named.code, 2);
  assertStringIncludes(named.err, "Cannot name a plugin");
  const linked = await runCli(["init", "x", "--yes", "--handler", "."], run);
  assertEquals(linked.code, 2);
  assertStringIncludes(linked.err, "no checkout");
});

Deno.test("init leaves nothing behind where it may not write, and exits with 3", async () => {
  await using folder = await scratch();
  const { code, err } = await runCli(["init", "mine", "--yes"], {
    cwd: folder.path,
    flags: ["--allow-read", "--allow-write=mine,mine/deno.json"],
  });
  assertEquals([code, err], [0, ""]);
  const refused = await runCli(["init", "other", "--yes"], {
    cwd: folder.path,
    flags: ["--allow-read"],
  });
  assertEquals(refused.code, 3);
  assertStringIncludes(refused.err, "--allow-write=other");
});
