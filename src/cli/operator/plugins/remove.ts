/**
 * `remove`: a plugin is deleted.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { confirm } from "../../program/ask.ts";
import { UsageError } from "../../program/fail.ts";
import { findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { tellDone } from "../show.ts";

interface RemoveOptions {
  readonly purge?: boolean;
  readonly yes?: boolean;
}

/** Deletes a plugin. */
export const command: CliCommand = agentCommand<RemoveOptions>({
  writes: true,
  examples: [
    "remove webhook-notifier --db agent.db --yes",
    "remove webhook-notifier --db agent.db --purge",
  ],
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .option("--purge", "its tables and settings too, for good")
      .option("--yes", "do not ask");
  },
  async run(agent, call) {
    const { output, options: { purge = false, yes }, args: [wanted] } = call;
    const { id, name } = await findPlugin(agent, wanted!);
    const what = purge ? `${name} with all its data` : name;
    if (!yes && !await confirm(`Delete ${what}?`, call)) {
      throw new UsageError(`Cannot delete ${name}: the answer was no`);
    }
    await agent.remove(id, purge);
    tellDone(output, `${what} is deleted`, { id, name, purge });
  },
});
