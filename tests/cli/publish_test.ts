import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { BUNDLE_FLAGS, edit, newProject } from "./new_project.ts";
import { runCli, scratch, startCli } from "./run_cli.ts";

async function entries(cwd: string) {
  const text = await Deno.readTextFile(join(cwd, "repo.json"));
  return JSON.parse(text).plugins.map((
    { name, version, keyId }: Record<string, string>,
  ) => [name, version, keyId]);
}

Deno.test("publish bundles, signs and lists a version once, and then wants a newer one", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await runCli(["keygen", "--out", "jane.key", "--no-passphrase"], { cwd });
  const publish = () =>
    runCli(["publish", "--key", "jane.key"], { cwd, flags: BUNDLE_FLAGS });
  const first = await publish();
  assertEquals(first.code, 0, first.err);
  assertStringIncludes(first.out, 'git tag "my-plugin@0.1.0"');
  assertEquals(await entries(cwd), [["my-plugin", "0.1.0", "jane"]]);

  const again = await publish();
  assertEquals(again.code, 1);
  assertStringIncludes(again.err, '"0.1.0" is not newer than "0.1.0"');

  await edit(
    cwd,
    "manifest.json",
    (text) => text.replace('"0.1.0"', '"0.2.0"'),
  );
  const untold = await publish();
  assertEquals(untold.code, 1);
  assertStringIncludes(untold.err, 'no heading "## 0.2.0"');

  await edit(
    cwd,
    "CHANGELOG.md",
    (text) => text.replace("## 0.1.0", "## 0.2.0\n\n- More.\n\n## 0.1.0"),
  );
  assertEquals((await publish()).code, 0);
  assertEquals(await entries(cwd), [["my-plugin", "0.2.0", "jane"]]);
});

Deno.test("publish changes nothing where check finds an error", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  await edit(
    cwd,
    "plugin.ts",
    (text) => `${text}\nexport const token = "ghp_${"a".repeat(36)}";\n`,
  );
  const { code, err } = await runCli(["publish"], { cwd, flags: BUNDLE_FLAGS });
  assertEquals(code, 1);
  assertStringIncludes(err, "a token of GitHub");
  const files = [...Deno.readDirSync(cwd)].map(({ name }) => name);
  assertEquals(files.includes("repo.json"), false);
});

Deno.test("publish refuses unknown options and missing permissions", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  assertEquals((await runCli(["publish", "--push"], { cwd })).code, 2);
  const refused = await runCli(["publish"], { cwd, flags: ["--allow-read"] });
  assertEquals(refused.code, 3);
  assertStringIncludes(refused.err, "--allow-run");
});

Deno.test("publish leaves nothing half done when Ctrl-C ends it", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const child = startCli(["publish"], { cwd, flags: BUNDLE_FLAGS });
  const output = child.output();
  await new Promise((resolve) => setTimeout(resolve, 400));
  try {
    child.kill("SIGINT");
  } catch { /* it was done already */ }
  const { code } = await output;
  const files = [...Deno.readDirSync(cwd)].map(({ name }) => name);
  assertEquals(files.filter((name) => name.endsWith(".new")), []);
  assertEquals(files.includes("repo.json"), code === 0);
});

Deno.test("test runs the author's tests with the permission to read, and no more", async () => {
  await using folder = await scratch();
  const cwd = await newProject(folder.path);
  const good = await runCli(["test"], { cwd, flags: BUNDLE_FLAGS });
  assertEquals(good.code, 0, good.out + good.err);
  assertStringIncludes(good.out, "2 passed");
  await Deno.writeTextFile(
    join(cwd, "greedy_test.ts"),
    'Deno.test("writes", () => Deno.writeTextFile("x", ""));\n',
  );
  const bad = await runCli(["test", "--json"], { cwd, flags: BUNDLE_FLAGS });
  assertEquals([bad.code, JSON.parse(bad.out)], [1, { success: false }]);
  const allowed = await runCli(["test", "--allow", "write=x"], {
    cwd,
    flags: BUNDLE_FLAGS,
  });
  assertEquals(allowed.code, 0, allowed.out + allowed.err);
  const none = await runCli(["test", "nowhere"], { cwd });
  assertEquals(none.code, 2);
});
