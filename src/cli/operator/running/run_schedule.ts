/**
 * `run-schedule`: a schedule runs now.
 *
 * @module
 */
import { type CliCommand, EXIT } from "../../program/cli_command.ts";
import { findPlugin } from "../agent/agent.ts";
import { liveCommand } from "../operator_command.ts";
import { plainText } from "../show.ts";

/** Runs a schedule. */
export const command: CliCommand = liveCommand({
  examples: ["run-schedule cleaner nightly --url http://127.0.0.1:8787"],
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .argument("<schedule>", "its name");
  },
  async run(agent, { output, args: [wanted, schedule] }) {
    const { id } = await findPlugin(agent, wanted!);
    const run = await agent.runSchedule(id, schedule!);
    const state = run.ok ? "done" : `failed: ${run.error}`;
    const took = Math.round(run.durationMs);
    output.line(plainText(`${schedule} ${state}, after ${took} ms`));
    output.json(run);
    return run.ok ? EXIT.done : EXIT.failed;
  },
});
