/**
 * `doctor`: how the database and the machine are.
 *
 * @module
 */
import { type CliCommand, EXIT } from "../../program/cli_command.ts";
import { agentCommand } from "../operator_command.ts";
import { plainText } from "../show.ts";

/** Looks everything over, and exits with 1 where something is broken. */
export const command: CliCommand = agentCommand<
  { readonly dockerSocket?: string }
>({
  examples: [
    "doctor --db agent.db",
    "doctor --db agent.db --docker-socket /var/run/docker.sock",
  ],
  permissions: "--allow-sys=statfs for the disk; --allow-read and " +
    "--allow-write for the socket",
  configure(command) {
    command.option("--docker-socket <path>", "ask the Docker Engine, too");
  },
  async run(agent, { output, options: { dockerSocket } }) {
    const findings = await agent.doctor(dockerSocket);
    output.json({ items: findings });
    const { style } = output;
    const marks = {
      ok: style.green("ok"),
      warning: style.yellow("warning"),
      failed: style.red("failed"),
      unknown: "unknown",
    };
    await output.table(
      ["what", "state", "found"],
      findings.map(({ name, state, detail }) => [
        plainText(name),
        marks[state],
        plainText(detail),
      ]),
    );
    return findings.some(({ state }) => state === "failed")
      ? EXIT.failed
      : EXIT.done;
  },
});
