/**
 * The program: finds the command, and runs it.
 *
 * @module
 */
import { CommanderError } from "commander";
import { EXIT, type ExitCode } from "./cli_command.ts";
import { createProgram } from "./create_program.ts";
import { fail } from "./fail.ts";
import { Output } from "./output.ts";

/** Runs a command line. */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  const interrupt = new AbortController();
  const onInterrupt = () => {
    // Whoever insists does not wait until everything is undone.
    if (interrupt.signal.aborted) Deno.exit(EXIT.interrupted);
    interrupt.abort();
  };
  Deno.addSignalListener("SIGINT", onInterrupt);
  Deno.addSignalListener("SIGTERM", onInterrupt);
  const output = new Output({ isJson: asksForJson(args) });
  try {
    const code = await execute(args, { output, signal: interrupt.signal });
    return interrupt.signal.aborted && code === EXIT.failed
      ? EXIT.interrupted
      : code;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return error instanceof CommanderError
      ? usageExit(error)
      : fail(error, output);
  } finally {
    Deno.removeSignalListener("SIGINT", onInterrupt);
    Deno.removeSignalListener("SIGTERM", onInterrupt);
  }
}

async function execute(
  args: readonly string[],
  context: { output: Output; signal: AbortSignal },
): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = await createProgram(args, context, (exit) => code = exit);
  await program.parseAsync(args.length === 0 ? ["--help"] : args, {
    from: "user",
  });
  return code;
}

function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).includes("--json");
}

/** Commander has written what is wrong; the help is no error. */
function usageExit({ exitCode }: CommanderError): ExitCode {
  return exitCode === 0 ? EXIT.done : EXIT.usage;
}
