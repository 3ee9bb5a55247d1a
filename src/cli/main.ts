/**
 * The command line of authors and operators:
 * `deno run jsr:@dockstat/plugin-handler/cli --help`.
 *
 * Each command's help names the permissions that it needs. Code of plugins runs
 * in sandboxes only.
 *
 * @module
 */
import { VERSION } from "../shared/version.ts";

/** Not a literal: what is one is read at the start, with all that it imports. */
const PROGRAM = new URL("./program/run_program.ts", import.meta.url);

if (import.meta.main) await main(Deno.args);

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    console.log(VERSION);
    return;
  }
  const { runProgram }: typeof import("./program/run_program.ts") =
    await import(PROGRAM.href);
  Deno.exit(await runProgram(args));
}
