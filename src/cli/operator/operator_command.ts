/**
 * What the operators' commands have in common: they open an agent, and close it.
 *
 * @module
 */
import type { Command } from "commander";
import {
  type CliCommand,
  defineCommand,
  type ExitCode,
} from "../program/cli_command.ts";
import type { CliContext } from "../program/cli_context.ts";
import type { Agent, LiveAgent } from "./agent/agent.ts";
import {
  addServerOptions,
  addTargetOptions,
  openAgent,
  openLiveAgent,
  type TargetOptions,
} from "./target.ts";

/** What a command is handed, beside its agent. */
export interface OperatorCall<O> extends CliContext {
  readonly options: O & TargetOptions;
  readonly args: readonly string[];
}

/** A command on an agent. */
export interface OperatorCommand<A, O> {
  readonly summary?: string;
  /** The first word of the first is the command's name. */
  readonly examples: readonly string[];
  /** What it needs beside what every such command needs. */
  readonly permissions?: string;
  configure?(command: Command): void;
  run(agent: A, call: OperatorCall<O>): Promise<ExitCode | void>;
}

const FILE = "with --db: --allow-read=<its folder> --allow-write=<its folder>";
const SERVER = "with --url: --allow-net=<its host and port>";

/** Makes a command that works on a file and on a server. */
export function agentCommand<O = unknown>(
  { writes = false, ...command }: OperatorCommand<Agent, O> & {
    /** Whether it changes anything. */
    readonly writes?: boolean;
  },
): CliCommand {
  const { examples, permissions } = command;
  return defineCommand<O & TargetOptions>({
    ...described(command),
    permissions: [FILE, SERVER, ...(permissions ? [permissions] : [])]
      .join("\n  "),
    configure(it) {
      command.configure?.(it);
      addTargetOptions(it);
    },
    async run(context, options, args) {
      const about = { command: nameIn(examples), writes };
      await using agent = await openAgent(options, context, about);
      return await command.run(agent, { ...context, options, args });
    },
  });
}

/** Makes a command that works on a running agent only. */
export function liveCommand<O = unknown>(
  command: OperatorCommand<LiveAgent, O>,
): CliCommand {
  return defineCommand<O & TargetOptions>({
    ...described(command),
    permissions: "--allow-net=<the server's host and port>",
    configure(it) {
      command.configure?.(it);
      addServerOptions(it);
      // Named so that whoever tries it is told why it is none.
      it.option("--db <file>", "not for this command: see --url");
    },
    async run(context, options, args) {
      const name = nameIn(command.examples);
      await using agent = await openLiveAgent(options, context, name);
      return await command.run(agent, { ...context, options, args });
    },
  });
}

function described(
  { summary, examples }: {
    readonly summary?: string;
    readonly examples: readonly string[];
  },
) {
  return summary === undefined ? { examples } : { summary, examples };
}

function nameIn([example = ""]: readonly string[]): string {
  return example.split(" ", 1)[0]!;
}
