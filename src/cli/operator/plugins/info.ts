/**
 * `info`: one plugin.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { permissionsLine, plainText } from "../show.ts";

/** Shows a plugin. */
export const command: CliCommand = agentCommand({
  examples: ["info webhook-notifier --db agent.db"],
  configure(command) {
    command.argument("<plugin>", "its name or id");
  },
  async run(agent, { output, args: [wanted] }) {
    const { id } = await findPlugin(agent, wanted!);
    const plugin = await agent.info(id);
    output.json(plugin);
    const { permissions, versions, reason, lastError, pinned } = plugin;
    const lines: [string, string | undefined][] = [
      ["Plugin", `${plugin.name} ${plugin.version} (id ${id})`],
      ["Description", plugin.description ?? undefined],
      ["State", reason ? `${plugin.state}: ${reason}` : plugin.state],
      ["Last error", lastError],
      ["Signature", plugin.signature],
      ["Repository", plugin.repository],
      ["Pinned to", pinned],
      ["Asks for", permissionsLine(permissions.requested)],
      ["Granted", permissionsLine(permissions.granted)],
      ["So has", permissionsLine(permissions.effective)],
      [
        "Earlier versions",
        versions.length === 0
          ? "none"
          : versions.map(({ version }) => version).join(", "),
      ],
    ];
    for (const [name, value] of lines) {
      if (value !== undefined) {
        output.line(`${`${name}:`.padEnd(18)}${plainText(value)}`);
      }
    }
  },
});
