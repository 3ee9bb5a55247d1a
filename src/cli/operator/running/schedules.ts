/**
 * `schedules`: what runs by the clock.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { liveCommand } from "../operator_command.ts";
import { plainText } from "../show.ts";

/** Lists schedules. */
export const command: CliCommand = liveCommand({
  examples: ["schedules --url http://127.0.0.1:8787"],
  async run(agent, { output }) {
    const schedules = await agent.schedules();
    output.json({ items: schedules });
    if (schedules.length === 0) return output.line("No schedules");
    await output.table(
      ["plugin", "schedule", "every", "next", "last", "result"],
      schedules.map(({ plugin, name, every, nextAt, last, running }) => [
        plainText(plugin),
        plainText(name),
        plainText(every),
        running ? "running" : nextAt ?? "",
        last?.startedAt ?? "",
        plainText(last === undefined ? "" : last.ok ? "ok" : last.error ?? ""),
      ]),
    );
  },
});
