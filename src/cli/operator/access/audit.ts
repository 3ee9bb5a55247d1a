/**
 * `audit`: who did what to the plugins.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { UsageError } from "../../program/fail.ts";
import { findPlugin } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { plainText } from "../show.ts";

interface AuditOptions {
  readonly plugin?: string;
  readonly limit: string;
}

/** Shows the audit log, the newest first. */
export const command: CliCommand = agentCommand<AuditOptions>({
  examples: [
    "audit --db agent.db",
    "audit --db agent.db --plugin webhook-notifier --limit 10",
  ],
  configure(command) {
    command.option("--plugin <plugin>", "only of this plugin, by name or id")
      .option("--limit <number>", "how many at the most", "100");
  },
  async run(agent, { output, options: { plugin, limit } }) {
    const count = Number(limit);
    if (!Number.isInteger(count) || count < 1 || count > 10_000) {
      throw new UsageError(
        `Cannot show ${limit} entries: --limit takes 1 to 10000`,
      );
    }
    const only = plugin === undefined
      ? {}
      : { pluginId: (await findPlugin(agent, plugin)).id };
    const entries = await agent.audit({ ...only, limit: count });
    output.json({ items: entries });
    if (entries.length === 0) return output.line("Nothing was done yet");
    await output.table(
      ["when", "who", "what", "plugin", "result", "detail"],
      entries.map(({ at, actor, action, plugin, ok, detail }) => [
        at,
        plainText(actor),
        action,
        plainText(plugin),
        ok ? "done" : "refused",
        plainText(detail ?? ""),
      ]),
    );
  },
});
