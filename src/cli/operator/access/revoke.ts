/**
 * `revoke`: permissions that a plugin was granted.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { UsageError } from "../../program/fail.ts";
import { findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { permissionsLine, permissionsOf } from "../show.ts";

/** Revokes permissions. */
export const command: CliCommand = agentCommand<{ readonly all?: boolean }>({
  writes: true,
  examples: [
    "revoke webhook-notifier net=hooks.example.com --db agent.db",
    "revoke webhook-notifier --all --db agent.db",
  ],
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .argument("[permissions...]", "such as net=example.com:443 or read")
      .option("--all", "all that it was granted");
  },
  async run(agent, { output, options: { all = false }, args }) {
    const [wanted, ...words] = args;
    if (all === (words.length > 0)) {
      throw new UsageError(
        "Cannot tell what to take back: give either permissions or --all",
      );
    }
    const { id, name } = await findPlugin(agent, wanted!);
    const message = await agent.revoke(
      id,
      all ? undefined : permissionsOf(words),
    );
    const { permissions } = await agent.info(id);
    output.line(message);
    output.line(`${name} has now: ${permissionsLine(permissions.effective)}`);
    output.json({ id, name, message, permissions });
  },
});
