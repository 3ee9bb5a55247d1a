/**
 * `backup`: a copy of the database and of plugins' tables.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { UsageError } from "../../program/fail.ts";
import { agentCommand } from "../operator_command.ts";
import { tellDone } from "../show.ts";

/** Makes a backup. */
export const command: CliCommand = agentCommand<{ readonly out?: string }>({
  examples: [
    "backup --db agent.db --out backups/monday.db",
    "backup --url http://127.0.0.1:8787",
  ],
  permissions: "--allow-read and --allow-write for what --out names",
  configure(command) {
    command.option(
      "--out <file>",
      "where to (default: beside the database, with the time in its name)",
    );
  },
  async run(agent, { output, options: { out, url } }) {
    if (out !== undefined && url !== undefined) {
      throw new UsageError(
        "Cannot choose where a server keeps its backup: leave --out away",
      );
    }
    const path = await agent.backup(out);
    tellDone(output, `The copy is ${path}`, { path });
  },
});
