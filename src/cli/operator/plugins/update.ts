/**
 * `update`: new versions.
 *
 * @module
 */
import {
  type CliCommand,
  EXIT,
  type ExitCode,
} from "../../program/cli_command.ts";
import { exitCodeOf, UsageError } from "../../program/fail.ts";
import { type Agent, type AgentUpdate, findPlugin } from "../agent/agent.ts";
import { agentCommand, type OperatorCall } from "../operator_command.ts";
import { plainText } from "../show.ts";

interface UpdateOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** What became of one update. */
interface Updated {
  readonly name: string;
  readonly from: string;
  readonly to: string | null;
  readonly result: string;
  readonly exit: ExitCode;
}

/** Updates plugins. */
export const command: CliCommand = agentCommand<UpdateOptions>({
  writes: true,
  examples: [
    "update webhook-notifier --db agent.db",
    "update --all --dry-run --url http://127.0.0.1:8787",
  ],
  permissions: "--allow-net for the plugins' addresses; " +
    "--allow-run to try new versions first",
  configure(command) {
    command.argument("[plugin]", "its name or id")
      .option("--all", "all plugins")
      .option("--dry-run", "only say what would come");
  },
  async run(agent, call) {
    const { output, signal, options: { all = false, dryRun }, args } = call;
    const [wanted] = args;
    if (all === (wanted !== undefined)) {
      throw new UsageError(
        "Cannot tell what to update: give either a plugin or --all",
      );
    }
    const only = all ? undefined : await findPlugin(agent, wanted!);
    const checks = (await agent.checkUpdates(signal))
      .filter(({ id }) => only === undefined || id === only.id);
    const results: Updated[] = [];
    for (const check of checks) {
      // What was begun is finished; what comes after is left alone.
      if (signal.aborted) break;
      output.progress(check.name);
      results.push(await become(agent, check, { ...call, dryRun }));
    }
    output.progress("");
    const items = results.map(({ exit: _, ...result }) => result);
    output.json({ items });
    await output.table(
      ["name", "version", "new", "result"],
      items.map(({ name, from, to, result }) => [
        plainText(name),
        from,
        to ?? "",
        plainText(result),
      ]),
    );
    signal.throwIfAborted();
    return results.find(({ exit }) => exit !== EXIT.done)?.exit;
  },
});

async function become(
  agent: Agent,
  { id, name, current, available, error }: AgentUpdate,
  { dryRun, signal }: Pick<OperatorCall<unknown>, "signal"> & {
    readonly dryRun: boolean | undefined;
  },
): Promise<Updated> {
  const about = { name, from: current, to: available };
  if (error !== undefined) {
    return { ...about, result: error.detail, exit: exitCodeOf(error) };
  }
  if (available === null || dryRun) {
    const result = available === null ? "up to date" : "would be updated";
    return { ...about, result, exit: EXIT.done };
  }
  try {
    const { warnings } = await agent.update(id, signal);
    const result = ["updated", ...warnings].join("; ");
    return { ...about, result, exit: EXIT.done };
  } catch (error) {
    const result = error instanceof Error ? error.message : String(error);
    return { ...about, result, exit: exitCodeOf(error) };
  }
}
