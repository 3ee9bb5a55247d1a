/**
 * `list`: the installed plugins.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { agentCommand } from "../operator_command.ts";
import { plainText } from "../show.ts";

/** Lists the plugins. */
export const command: CliCommand = agentCommand<{ readonly state?: string }>({
  examples: [
    "list --db agent.db",
    "list --url http://127.0.0.1:8787 --state quarantined",
  ],
  configure(command) {
    command.option("--state <state>", "only those in this state");
  },
  async run(agent, { output, options: { state } }) {
    const plugins = (await agent.list())
      .filter((plugin) => state === undefined || plugin.state === state);
    output.json({ items: plugins });
    if (plugins.length === 0) return output.line("No plugins");
    await output.table(
      ["id", "name", "version", "state", "signature", "pinned", "why"],
      plugins.map((plugin) => [
        plugin.id,
        plainText(plugin.name),
        plainText(plugin.version),
        plugin.state,
        plugin.signature,
        plugin.pinned ?? "",
        plainText(plugin.reason ?? plugin.lastError ?? ""),
      ]),
    );
  },
});
