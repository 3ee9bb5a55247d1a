/**
 * `pin`: updates stay within a range of versions.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { UsageError } from "../../program/fail.ts";
import { findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { tellDone } from "../show.ts";

/** Pins a plugin, or lifts the pin. */
export const command: CliCommand = agentCommand<{ readonly off?: boolean }>({
  writes: true,
  examples: [
    "pin webhook-notifier ^1.2.0 --db agent.db",
    "pin webhook-notifier --off --db agent.db",
  ],
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .argument("[range]", "such as ^1.2.0")
      .option("--off", "lift the pin");
  },
  async run(agent, { output, options: { off = false }, args }) {
    const [wanted, range] = args;
    if (off === (range !== undefined)) {
      throw new UsageError(
        "Cannot tell what to pin to: give either a range or --off",
      );
    }
    const { id, name } = await findPlugin(agent, wanted!);
    await agent.pin(id, range ?? null);
    const state = range === undefined
      ? "is no longer pinned"
      : `is pinned to ${range}`;
    tellDone(output, `${name} ${state}`, { id, name, range: range ?? null });
  },
});
