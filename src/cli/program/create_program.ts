/**
 * Makes commander's program, with the asked command's module alone imported.
 *
 * @module
 */
import { Command } from "commander";
import { VERSION } from "../../shared/version.ts";
import { type CliCommand, EXIT, type ExitCode } from "./cli_command.ts";
import type { CliContext } from "./cli_context.ts";
import { registry } from "./registry.ts";

/** How the program is called in its help. */
export const PROGRAM_NAME = "dockstat-plugins";

/** What a command's end is told to. */
export type OnExit = (code: ExitCode) => void;

/**
 * Makes the program for a command line.
 *
 * @param context What commands work with.
 * @param onExit Told with what to exit.
 * @returns The program, ready to parse the same arguments.
 */
export async function createProgram(
  args: readonly string[],
  context: CliContext,
  onExit: OnExit,
): Promise<Command> {
  const program = plainCommand(PROGRAM_NAME)
    .description("Make plugins for DockStat agents, and operate them.")
    .version(VERSION, "-V, --version", "print the version")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText(
      "after",
      `\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 refused.
Each command's help names the permissions that it needs.`,
    );
  const asked = askedCommands(args);
  for (const [name, { summary, group, load }] of Object.entries(registry)) {
    const command = plainCommand(name).summary(summary).description(summary)
      .helpGroup(`${group}:`);
    program.addCommand(command);
    if (asked.has(name)) {
      setUp(command, (await load()).command, { context, onExit });
    }
  }
  return program;
}

/** Declares what a command takes, and what its help says. */
export function setUp(
  command: Command,
  { configure, examples, permissions, run, subcommands }: CliCommand,
  parts: { readonly context: CliContext; readonly onExit: OnExit },
): void {
  command.option("--json", "print one JSON document, for scripts");
  configure?.(command);
  for (const [name, below] of Object.entries(subcommands ?? {})) {
    const child = plainCommand(name).description(below.summary ?? name);
    setUp(child, below, parts);
    command.addCommand(child);
  }
  const lines = examples.map((line) => `  ${PROGRAM_NAME} ${line}`);
  command.addHelpText(
    "after",
    `\nExamples:\n${lines.join("\n")}\n\nPermissions:\n  ${permissions}`,
  );
  if (run === undefined) return;
  command.action(async () => {
    const code = await run(
      parts.context,
      command.optsWithGlobals(),
      command.args,
    );
    parts.onExit(code ?? EXIT.done);
  });
}

/** Colours, the width and the way out are ours: commander would need `--allow-env`. */
function plainCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .showHelpAfterError("(add --help for the options and an example)")
    .configureOutput({
      writeOut: (text) => write(Deno.stdout, text),
      writeErr: (text) => write(Deno.stderr, text),
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

function write(
  to: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

/** The commands whose help or action is asked for: also the one after `help`. */
function askedCommands(args: readonly string[]): ReadonlySet<string> {
  return new Set(args.filter((arg) => !arg.startsWith("-")).slice(0, 2));
}
