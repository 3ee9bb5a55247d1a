import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { runCli, scratch } from "./run_cli.ts";

Deno.test("keygen makes a key that its owner alone can read, and OpenSSL too", async () => {
  await using folder = await scratch();
  const run = {
    cwd: folder.path,
    flags: ["--allow-read", "--allow-write=."],
  };
  await Deno.writeTextFile(join(folder.path, "pass"), "correct horse\n");
  const { code, out } = await runCli(
    ["keygen", "--out", "jane.key", "--passphrase-file", "pass", "--json"],
    run,
  );
  assertEquals(code, 0);
  const told = JSON.parse(out);
  assertEquals(told.keyId, "jane");
  const path = join(folder.path, "jane.key");
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  assertMatch(await Deno.readTextFile(path), /^-----BEGIN ENCRYPTED/);
  const openssl = await new Deno.Command("openssl", {
    args: ["pkey", "-in", path, "-passin", "pass:correct horse", "-pubout"],
  }).output();
  const der = new TextDecoder().decode(openssl.stdout).split("\n")[1]!;
  const raw = Uint8Array.fromBase64(der).slice(-32);
  assertEquals(raw.toBase64(), told.publicKey);
});

Deno.test("keygen does not overwrite a key, and exits with 2", async () => {
  await using folder = await scratch();
  await Deno.writeTextFile(join(folder.path, "dockstat.key"), "mine");
  const { code, err } = await runCli(["keygen", "--no-passphrase"], {
    cwd: folder.path,
  });
  assertEquals(code, 2);
  assertStringIncludes(err, "it exists");
  const kept = await Deno.readTextFile(join(folder.path, "dockstat.key"));
  assertEquals(kept, "mine");
});

Deno.test("keygen names the flag for a permission that is missing, and exits with 3", async () => {
  await using folder = await scratch();
  const { code, err } = await runCli(["keygen", "--no-passphrase"], {
    cwd: folder.path,
    flags: ["--allow-read"],
  });
  assertEquals(code, 3);
  assertStringIncludes(err, "--allow-write=dockstat.key");
});

Deno.test("keygen asks nobody where there is no terminal, and exits with 2", async () => {
  await using folder = await scratch();
  const { code, err } = await runCli(["keygen"], {
    cwd: folder.path,
    flags: ["--allow-read", "--allow-write=."],
  });
  assertEquals(code, 2);
  assertStringIncludes(err, "--passphrase-file");
});
