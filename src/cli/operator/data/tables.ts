/**
 * `tables`: the tables of plugins.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { agentCommand } from "../operator_command.ts";
import { plainText } from "../show.ts";

/** Lists tables. */
export const command: CliCommand = agentCommand({
  examples: ["tables --db agent.db"],
  async run(agent, { output }) {
    const tables = await agent.tables();
    output.json({ items: tables });
    if (tables.length === 0) return output.line("No tables");
    await output.table(
      ["table", "plugin", "rows", "where", ""],
      tables.map(({ table, plugin, pluginId, rows, ownFile, orphan }) => [
        plainText(table),
        plainText(plugin),
        rows ?? "unknown",
        ownFile ? "a file of its own" : "the database",
        orphan ? `left behind; purge ${pluginId}` : "",
      ]),
    );
  },
});
