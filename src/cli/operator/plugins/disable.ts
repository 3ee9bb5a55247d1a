/**
 * `disable`: a plugin is unloaded, and kept from being loaded.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { tellDone } from "../show.ts";

/** Disables a plugin. */
export const command: CliCommand = agentCommand<{ readonly reason?: string }>({
  writes: true,
  examples: ['disable webhook-notifier --db agent.db --reason "too loud"'],
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .option("--reason <text>", "why, for whoever looks later");
  },
  async run(agent, { output, options: { reason }, args: [wanted] }) {
    const { id, name } = await findPlugin(agent, wanted!);
    await agent.disable(id, reason);
    tellDone(output, `${name} is disabled`, { id, name });
  },
});
