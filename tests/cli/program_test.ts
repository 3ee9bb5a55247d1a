import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runCli, scratch } from "./run_cli.ts";
import { VERSION } from "../../src/shared/version.ts";

const BARE = ["--allow-read"];

Deno.test("the program prints its version without any permission", async () => {
  await using folder = await scratch();
  const { code, out } = await runCli(["--version"], {
    cwd: folder.path,
    flags: [],
  });
  assertEquals([code, out.trim()], [0, VERSION]);
});

Deno.test("the program lists its commands when nothing is asked", async () => {
  await using folder = await scratch();
  const run = { cwd: folder.path, flags: BARE };
  const { code, out } = await runCli([], run);
  assertEquals(code, 0);
  assertMatch(out, /Authors:\n(.*\n)*\s+keygen\s/);
  const help = await runCli(["--help"], run);
  assertEquals(help.out, out);
});

Deno.test("the program suggests the command that was meant, and exits with 2", async () => {
  await using folder = await scratch();
  const { code, err } = await runCli(["kegen"], {
    cwd: folder.path,
    flags: BARE,
  });
  assertEquals(code, 2);
  assertStringIncludes(err, "Did you mean keygen?");
});

Deno.test("completion prints a script that bash accepts, with every command", async () => {
  await using folder = await scratch();
  const run = { cwd: folder.path, flags: BARE };
  const { code, out } = await runCli(["completion", "bash"], run);
  assertEquals(code, 0);
  const script = `${out}
COMP_WORDS=(dockstat-plugins keyg); COMP_CWORD=1; _dockstat_plugins
echo "$COMPREPLY"
COMP_WORDS=(dockstat-plugins keygen --ou); COMP_CWORD=2; _dockstat_plugins
echo "$COMPREPLY"`;
  const { stdout } = await new Deno.Command("bash", { args: ["-c", script] })
    .output();
  assertEquals(new TextDecoder().decode(stdout), "keygen\n--out\n");
  const other = await runCli(["completion", "tcsh"], run);
  assertEquals(other.code, 2);
});
