/**
 * What the command line's start costs beside an empty script: `--version`, which
 * reads nothing else, and the help, which imports no command.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";

const MAIN = fromFileUrl(new URL("../src/cli/main.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../deno.json", import.meta.url));
const empty = await Deno.makeTempFile({ suffix: ".ts" });

function start(script: string, ...args: string[]) {
  return async () => {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--config", CONFIG, "--allow-read", script, ...args],
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) throw new Error(`${script} ${args.join(" ")} failed`);
  };
}

Deno.bench({
  name: "an empty script",
  group: "start",
  baseline: true,
  fn: start(empty),
});
Deno.bench({ name: "--version", group: "start", fn: start(MAIN, "--version") });
Deno.bench({ name: "--help", group: "start", fn: start(MAIN, "--help") });
