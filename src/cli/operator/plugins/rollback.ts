/**
 * `rollback`: an earlier version is put back.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { AgentError, findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { tellDone } from "../show.ts";

/** Rolls a plugin back. */
export const command: CliCommand = agentCommand({
  writes: true,
  examples: [
    "rollback webhook-notifier --db agent.db",
    "rollback webhook-notifier 1.0.0 --db agent.db",
  ],
  permissions: "--allow-run to try the version first",
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .argument("[version]", "which (default: the one before)");
  },
  async run(agent, { output, args: [wanted, version] }) {
    const { id, name } = await findPlugin(agent, wanted!);
    const { versions } = await agent.info(id);
    const to = version ?? versions[0]?.version;
    if (to === undefined) {
      throw new AgentError(
        "PLUGIN_NOT_FOUND",
        `Cannot roll back "${name}": no earlier version is kept`,
      );
    }
    const { warnings } = await agent.rollback(id, to);
    for (const warning of warnings) output.warn(warning);
    tellDone(output, `${name} is version ${to} again`, {
      id,
      name,
      version: to,
      warnings,
    });
  },
});
