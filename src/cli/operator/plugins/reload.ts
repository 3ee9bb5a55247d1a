/**
 * `reload`: a running plugin is loaded anew.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { findPlugin } from "../agent/agent.ts";
import { liveCommand } from "../operator_command.ts";
import { tellDone } from "../show.ts";

/** Reloads a plugin. */
export const command: CliCommand = liveCommand({
  examples: ["reload webhook-notifier --url http://127.0.0.1:8787"],
  configure(command) {
    command.argument("<plugin>", "its name or id");
  },
  async run(agent, { output, args: [wanted] }) {
    const { id, name } = await findPlugin(agent, wanted!);
    await agent.reload(id);
    tellDone(output, `${name} is loaded anew`, { id, name });
  },
});
