/**
 * `grant`: permissions that a plugin asks for.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { UsageError } from "../../program/fail.ts";
import { findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { permissionsLine, permissionsOf } from "../show.ts";

/** Grants permissions. */
export const command: CliCommand = agentCommand<{ readonly all?: boolean }>({
  writes: true,
  examples: [
    "grant webhook-notifier net=hooks.example.com --db agent.db",
    "grant webhook-notifier --all --db agent.db",
  ],
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .argument("[permissions...]", "such as net=example.com:443 or read")
      .option("--all", "all that its manifest asks for");
  },
  async run(agent, { output, options: { all = false }, args }) {
    const [wanted, ...words] = args;
    if (all === (words.length > 0)) {
      throw new UsageError(
        "Cannot tell what to grant: give either permissions or --all",
      );
    }
    const { id, name } = await findPlugin(agent, wanted!);
    const { requested } = (await agent.info(id)).permissions;
    const message = await agent.grant(
      id,
      all ? requested : permissionsOf(words),
    );
    const { permissions } = await agent.info(id);
    output.line(message);
    output.line(`${name} has now: ${permissionsLine(permissions.effective)}`);
    output.json({ id, name, message, permissions });
  },
});
