/**
 * `health`: how plugins are doing that run.
 *
 * @module
 */
import { type CliCommand, EXIT } from "../../program/cli_command.ts";
import { liveCommand } from "../operator_command.ts";
import { plainText } from "../show.ts";

const ILL = new Set(["degraded", "failed", "quarantined"]);

/** Shows how plugins are doing. */
export const command: CliCommand = liveCommand({
  examples: ["health --url http://127.0.0.1:8787"],
  async run(agent, { output }) {
    const plugins = await agent.health();
    output.json({ items: plugins });
    await output.table(
      ["name", "state", "errors/h", "p50 ms", "p99 ms", "what"],
      plugins.map(({ name, state, errorsLastHour, requests, ...plugin }) => [
        plainText(name),
        state,
        errorsLastHour,
        requests.p50Ms.toFixed(1),
        requests.p99Ms.toFixed(1),
        plainText(
          plugin.reason ?? plugin.lastError ?? plugin.warnings[0] ?? "",
        ),
      ]),
    );
    return plugins.some(({ state }) => ILL.has(state))
      ? EXIT.failed
      : EXIT.done;
  },
});
