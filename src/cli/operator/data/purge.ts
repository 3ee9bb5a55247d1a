/**
 * `purge`: what deleted plugins left behind.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { confirm } from "../../program/ask.ts";
import { UsageError } from "../../program/fail.ts";
import { AgentError } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";

/** Purges orphaned tables and settings, for good. */
export const command: CliCommand = agentCommand<{ readonly yes?: boolean }>({
  writes: true,
  examples: [
    "purge --db agent.db",
    "purge webhook-notifier --db agent.db --yes",
  ],
  configure(command) {
    command
      .argument("[plugin]", "name or id that it had (default: every one)")
      .option("--yes", "do not ask");
  },
  async run(agent, call) {
    const { output, options: { yes }, args: [wanted] } = call;
    const orphans = (await agent.tables()).filter(({ orphan }) => orphan);
    const chosen = orphans.filter(({ plugin, pluginId }) =>
      wanted === undefined || plugin === wanted || String(pluginId) === wanted
    );
    if (chosen.length === 0 && wanted !== undefined) {
      throw new AgentError(
        "PLUGIN_NOT_FOUND",
        `Cannot purge what "${wanted}" left behind: no deleted plugin of this name left a table; see tables`,
      );
    }
    const names = chosen.map(({ table }) => table);
    if (chosen.length > 0 && !yes) {
      const question = `Delete ${names.join(", ")} with all rows, for good?`;
      if (!await confirm(question, call)) {
        throw new UsageError("Cannot purge: the answer was no");
      }
    }
    for (const id of new Set(chosen.map(({ pluginId }) => pluginId))) {
      await agent.purge(id);
    }
    output.line(
      names.length === 0
        ? "Nothing was left behind"
        : `Deleted ${names.join(", ")}`,
    );
    output.json({ purged: names });
  },
});
