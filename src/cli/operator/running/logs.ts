/**
 * `logs`: the latest lines of the log, and those that come.
 *
 * @module
 */
import { type CliCommand, EXIT } from "../../program/cli_command.ts";
import { Option } from "commander";
import { UsageError } from "../../program/fail.ts";
import type { AgentLogLine } from "../agent/agent.ts";
import { liveCommand } from "../operator_command.ts";
import { plainText } from "../show.ts";

interface LogsOptions {
  readonly follow?: boolean;
  readonly level?: string;
  readonly plugin?: string;
  readonly lines: string;
}

const LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"];

/** Shows the log; in JSON, one line each. */
export const command: CliCommand = liveCommand<LogsOptions>({
  examples: [
    "logs --url http://127.0.0.1:8787 -f",
    "logs --url http://127.0.0.1:8787 --plugin webhook-notifier --level error",
  ],
  configure(command) {
    command.option("-f, --follow", "go on until Ctrl-C")
      .addOption(
        new Option("--level <level>", "this and worse").choices(LEVELS),
      )
      .option("--plugin <name>", "only of this plugin")
      .option("--lines <number>", "how many of the latest", "200");
  },
  async run(agent, { output, options, signal }) {
    const { follow, level, plugin } = options;
    const limit = Number(options.lines);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
      throw new UsageError(
        `Cannot show ${options.lines} lines: --lines takes 1 to 1000`,
      );
    }
    const show = (line: AgentLogLine) => {
      if (output.isJson) console.log(JSON.stringify(line));
      else output.line(lineOf(line));
    };
    // Watched first, so that nothing falls between the two.
    const coming = follow ? agent.followLogs(signal) : undefined;
    const iterator = coming?.[Symbol.asyncIterator]();
    const first = iterator?.next();
    first?.catch(() => {});
    let seen = 0;
    const wanted = {
      limit,
      ...(level === undefined ? {} : { level }),
      ...(plugin === undefined ? {} : { plugin }),
    };
    for (const line of await agent.logs(wanted)) {
      seen = Math.max(seen, line.id);
      show(line);
    }
    if (iterator === undefined) return EXIT.done;
    for (
      let next = await first!;
      !next.done;
      next = await iterator.next()
    ) {
      const line = next.value;
      if (line.id > seen && matches(line, wanted)) show(line);
    }
    signal.throwIfAborted();
  },
});

function matches(
  line: AgentLogLine,
  { level, plugin }: { readonly level?: string; readonly plugin?: string },
): boolean {
  return (plugin === undefined || line.plugin === plugin) &&
    (level === undefined ||
      LEVELS.indexOf(line.level) >= LEVELS.indexOf(level));
}

function lineOf({ at, level, plugin, category, message }: AgentLogLine) {
  const from = plugin ?? category.join(".");
  return plainText(`${at} ${level.padEnd(7)} ${from}: ${message}`);
}
