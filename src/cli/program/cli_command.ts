/**
 * What a command is: a file of its own, imported when the command runs.
 *
 * @module
 */
import type { Command } from "commander";
import type { CliContext } from "./cli_context.ts";

/** Done, failed, wrong usage, refused, and ended by Ctrl-C. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  interrupted: 130,
} as const;

/** With what the program exits. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command. `O` are its options, as commander names them. */
export interface CliCommand<O = Record<string, unknown>> {
  /** What it is for, in one line; see `registry.ts` for top-level commands. */
  readonly summary?: string;
  /** Whole command lines without the program's name, for the help. */
  readonly examples: readonly string[];
  /** The flags for Deno that it needs, as narrow as they go. */
  readonly permissions: string;
  /** Declares arguments and options; `--json` is declared already. */
  configure?(command: Command): void;
  /** Commands below this one, such as `settings get`. */
  readonly subcommands?: Readonly<Record<string, CliCommand>>;
  /**
   * Does it.
   *
   * @param context Where to write, and what Ctrl-C aborts.
   * @param options What was given as options.
   * @param args What was given as arguments.
   * @returns With what to exit; `EXIT.done` where it says nothing.
   */
  run?(
    context: CliContext,
    options: O,
    args: readonly string[],
  ): Promise<ExitCode | void>;
}

/** A command before its module is imported. */
export interface RegisteredCommand {
  /** What it is for, in one line. */
  readonly summary: string;
  /** Who it is for; the help groups by it. */
  readonly group: "Authors" | "Operators" | "Shell";
  /** Imports it. */
  readonly load: () => Promise<{ readonly command: CliCommand }>;
}

/** Makes a command, whose options commander has checked, one of the registry. */
export function defineCommand<O>(command: CliCommand<O>): CliCommand {
  return command as CliCommand;
}
