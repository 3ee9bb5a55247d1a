/**
 * `enable`: a plugin may be loaded.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { tellDone } from "../show.ts";

/** Enables a plugin. */
export const command: CliCommand = agentCommand({
  writes: true,
  examples: ["enable webhook-notifier --db agent.db"],
  configure(command) {
    command.argument("<plugin>", "its name or id");
  },
  async run(agent, { output, args: [wanted] }) {
    const { id, name } = await findPlugin(agent, wanted!);
    await agent.enable(id);
    tellDone(output, `${name} is enabled`, { id, name });
  },
});
