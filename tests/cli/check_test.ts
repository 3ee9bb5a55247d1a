import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { CHECK_FLAGS, newProject } from "./new_project.ts";
import { MISTAKES } from "./mistakes.ts";
import { runCli, scratch, startCli } from "./run_cli.ts";

async function projectWith(
  folder: string,
  change: Readonly<Record<string, (text: string) => string>>,
) {
  const cwd = await newProject(folder);
  for (const [file, edit] of Object.entries(change)) {
    const path = join(cwd, file);
    await Deno.mkdir(dirname(path), { recursive: true });
    const text = await Deno.readTextFile(path).catch(() => "");
    const changed = edit(text);
    assert(changed !== text, `${file} is as it was`);
    await Deno.writeTextFile(path, changed);
  }
  return cwd;
}

for (const { did, change, says: [level, text], types } of MISTAKES) {
  Deno.test(`check says it when ${did}`, async () => {
    await using folder = await scratch();
    const cwd = await projectWith(folder.path, change);
    const args = types ? ["check"] : ["check", "--no-types"];
    const { code, out, err } = await runCli(args, { cwd, flags: CHECK_FLAGS });
    const said = out + err;
    assertStringIncludes(said, text);
    assertEquals(code, level === "error" ? 1 : 0, said);
    assertStringIncludes(said, `${level}:`);
  });
}

Deno.test("check runs the author's code without the author's rights", async () => {
  await using folder = await scratch();
  const proof = join(folder.path, "proof");
  const cwd = await projectWith(folder.path, {
    "plugin.ts": (text) =>
      `try { Deno.writeTextFileSync(${JSON.stringify(proof)}, "ran"); } catch {}
try { new Deno.Command("touch", { args: [${
        JSON.stringify(proof)
      }] }).outputSync(); } catch {}
${text}`,
  });
  const { code } = await runCli(["check", "--no-types"], { cwd });
  assertEquals(code, 0);
  assertEquals(await Deno.stat(proof).then(() => true, () => false), false);
});

Deno.test("check --strict fails for warnings, and --json tells them to scripts", async () => {
  await using folder = await scratch();
  const cwd = await projectWith(folder.path, {
    "manifest.json": (text) => text.replace('"0.1.0"', '"first"'),
  });
  const { code, out } = await runCli(
    ["check", "--strict", "--json", "--no-types"],
    { cwd, flags: CHECK_FLAGS },
  );
  assertEquals(code, 1);
  const { errors, warnings, findings } = JSON.parse(out);
  assertEquals([errors, warnings, findings[0].where], [
    0,
    1,
    "manifest.json version",
  ]);
});

Deno.test("check finds no plugin, takes no unknown option, and names missing permissions", async () => {
  await using folder = await scratch();
  const none = await runCli(["check"], { cwd: folder.path });
  assertEquals(none.code, 2);
  const unknown = await runCli(["check", "--fix"], { cwd: folder.path });
  assertEquals(unknown.code, 2);
  const cwd = await newProject(folder.path);
  const refused = await runCli(["check"], { cwd, flags: ["--allow-read"] });
  assertEquals(refused.code, 3);
  assertStringIncludes(refused.err, "--allow-run=");
});

Deno.test("check ends with its processes when Ctrl-C ends it", async () => {
  await using folder = await scratch();
  const cwd = await projectWith(folder.path, {
    "plugin.ts": () => "await new Promise((r) => setTimeout(r, 50_000));",
  });
  const child = startCli(["check", "--no-types"], { cwd });
  const output = child.output();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  child.kill("SIGINT");
  const { code } = await output;
  assertEquals(code, 130);
});
