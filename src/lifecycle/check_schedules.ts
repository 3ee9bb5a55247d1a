/**
 * Checks the cron expressions that a plugin declares.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import type { PluginIdentity } from "../plugin/plugin.ts";
import { parseCron } from "../shared/cron.ts";
import { type Issue, ValidationError } from "../shared/errors.ts";

/**
 * Checks every cron expression of a plugin.
 *
 * @throws {ValidationError} `INVALID_PLUGIN` where one cannot be read, or is
 * never due.
 */
export async function checkSchedules(
  plugin: PluginIdentity,
  { schedules = [] }: PluginContributions,
): Promise<void> {
  const issues: Issue[] = [];
  for (const { name, every, intervalMs, timeZone = "UTC" } of schedules) {
    if (intervalMs !== undefined) continue;
    const read = await parseCron(every, timeZone);
    if (typeof read !== "string") continue;
    issues.push({
      path: ["config", "schedules", name, "every"],
      message: `schedule ${JSON.stringify(name)}: every ${
        JSON.stringify(every)
      } ${read}`,
    });
  }
  if (issues.length === 0) return;
  const problems = issues.map(({ message }) => message);
  throw new ValidationError(
    "INVALID_PLUGIN",
    `Cannot load plugin "${plugin.name}@${plugin.version}": ${
      problems.join("; ")
    }`,
    { issues, pluginId: plugin.id },
  );
}
