import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { PluginHandler } from "@dockstat/plugin-handler";
import { BUNDLE_FLAGS, edit, newProject } from "./new_project.ts";
import { runCli, scratch } from "./run_cli.ts";

async function signedProject(folder: string) {
  const cwd = await newProject(folder);
  await Deno.writeTextFile(join(cwd, "pass"), "open sesame\n");
  const made = await runCli(
    ["keygen", "--out", "jane.key", "--passphrase-file", "pass", "--json"],
    { cwd },
  );
  const { publicKey } = JSON.parse(made.out);
  await runCli(["bundle"], { cwd, flags: BUNDLE_FLAGS });
  const signed = await runCli(
    ["sign", "--key", "jane.key", "--passphrase-file", "pass"],
    { cwd, flags: ["--allow-read", "--allow-write=."] },
  );
  assertEquals([signed.code, signed.err], [0, ""]);
  return { cwd, publicKey };
}

Deno.test("sign makes a signature that verify and an agent take", async () => {
  await using folder = await scratch();
  const { cwd, publicKey } = await signedProject(folder.path);
  const trust = ["--trust", `jane=${publicKey}`];
  const { code, out } = await runCli(["verify", ...trust, "--json"], {
    cwd,
    flags: ["--allow-read"],
  });
  assertEquals([code, JSON.parse(out).signature], [0, "signed"]);

  await using handler = new PluginHandler(":memory:", {
    install: { trustedKeys: { jane: publicKey }, requireSignature: true },
  });
  const text = await Deno.readTextFile(join(cwd, "manifest.json"));
  const plugin = await Deno.readTextFile(join(cwd, "bundle/index.js"));
  const installed = await handler.installPlugin({
    ...JSON.parse(text),
    plugin,
  });
  assertEquals(installed.success, true);
});

Deno.test("verify refuses changed code, a changed manifest and an unknown key with 3", async () => {
  await using folder = await scratch();
  const { cwd, publicKey } = await signedProject(folder.path);
  const verify = (...args: string[]) =>
    runCli(["verify", ...args], { cwd, flags: ["--allow-read"] });
  const other = await runCli(
    ["keygen", "--out", "eve.key", "--no-passphrase", "--json"],
    { cwd },
  );
  const eve = JSON.parse(other.out).publicKey;
  const trust = ["--trust", `jane=${publicKey}`];

  const untrusted = await verify("--trust", `eve=${eve}`);
  assertEquals(untrusted.code, 3);
  assertStringIncludes(untrusted.err, "none of the trusted keys");

  await edit(
    cwd,
    "manifest.json",
    (text) => text.replace('"0.1.0"', '"0.2.0"'),
  );
  const changed = await verify(...trust);
  assertEquals(changed.code, 3);
  assertStringIncludes(changed.err, "did not sign");

  await edit(cwd, "bundle/index.js", (text) => `${text}\n// more`);
  const code = await verify();
  assertEquals(code.code, 3);
  assertStringIncludes(code.err, "integrity");
});

Deno.test("sign refuses a bundle that is not what the manifest promises with 3", async () => {
  await using folder = await scratch();
  const { cwd } = await signedProject(folder.path);
  await edit(cwd, "bundle/index.js", (text) => `${text}\n// more`);
  const { code, err } = await runCli(
    ["sign", "--key", "jane.key", "--passphrase-file", "pass"],
    { cwd },
  );
  assertEquals(code, 3);
  assertStringIncludes(err, "its code is not what its integrity promises");
});

Deno.test("sign says what is wrong with the passphrase, the key and its options", async () => {
  await using folder = await scratch();
  const { cwd } = await signedProject(folder.path);
  await Deno.writeTextFile(join(cwd, "wrong"), "close sesame");
  const wrong = await runCli(
    ["sign", "--key", "jane.key", "--passphrase-file", "wrong"],
    { cwd },
  );
  assertEquals(wrong.code, 3);
  assertStringIncludes(wrong.err, "the passphrase is wrong");
  const noKey = await runCli(["sign", "--key", "README.md"], { cwd });
  assertEquals(noKey.code, 3);
  assertStringIncludes(noKey.err, "no private key in PEM");
  const none = await runCli(["sign"], { cwd });
  assertEquals(none.code, 2);
  assertStringIncludes(none.err, "--key");
  const variable = await runCli(["sign", "--key", "jane.key"], {
    cwd,
    env: { DOCKSTAT_KEY_PASSPHRASE: "open sesame" },
  });
  assertEquals(variable.code, 0);
});
