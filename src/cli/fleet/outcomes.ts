/**
 * What the commands say of plugins that are not as a fleet wants them.
 *
 * @module
 */
import type { PluginOutcome } from "../../fleet/mod.ts";
import { EXIT, type ExitCode } from "../program/cli_command.ts";

/** What an agent reported of its plugins. */
interface ReportedPlugins {
  readonly agent: string;
  readonly plugins: readonly PluginOutcome[];
}

/** A line for each plugin that was held or failed. */
export function troublesOf({ agent, plugins }: ReportedPlugins): string[] {
  return plugins.filter(({ outcome }) => outcome !== "applied").map((
    { plugin, outcome, message = "" },
  ) => `${agent}: ${plugin} ${outcome}: ${message}`);
}

/** How a command ends that looked at agents. */
export function exitOf(agents: readonly ReportedPlugins[]): ExitCode {
  const hasFailed = agents.some(({ plugins }) =>
    plugins.some(({ outcome }) => outcome === "failed")
  );
  return hasFailed ? EXIT.failed : EXIT.done;
}
