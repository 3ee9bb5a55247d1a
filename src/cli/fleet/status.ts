/**
 * `fleet status`: the whole fleet at a glance.
 *
 * @module
 */
import {
  type FleetOverview,
  FleetView,
  type RolloutView,
} from "../../fleet/mod.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { renderTable } from "../program/render_table.ts";
import { type FleetOptions, openRegistry, readFleet } from "./fleet_folder.ts";
import { exitOf, troublesOf } from "./outcomes.ts";

/** Shows rollouts, rings and what is wrong. */
export const status: CliCommand = defineCommand<FleetOptions>({
  summary: "Show rollouts, rings, and which agents are not as they should be",
  examples: ["fleet status", "fleet status --json"],
  permissions: "--allow-read=fleet --allow-net (for the servers)",
  configure(command) {
    command.option("--dir <folder>", "what fleet init made", "fleet");
  },
  async run({ output }, { dir }) {
    const { fleet, rolloutKeys } = await readFleet(dir);
    await using registry = await openRegistry(dir);
    using view = new FleetView({ fleet, registry, rolloutKeys });
    const overview = await view.read();
    const { agents, scopes, rollouts } = overview;
    output.line(
      `Fleet "${fleet}": ${agents.length} agents, ${scopes.length} rings and agents with a release`,
    );
    if (rollouts.length > 0) {
      const head = ["ROLLOUT", "RELEASE", "STATE", "PROGRESS"];
      output.line(renderTable(head, rollouts.map(rowOf), output.style));
    }
    for (const problem of problemsOf(overview)) output.line(problem);
    output.json(overview);
    return exitOf(agents);
  },
});

function rowOf({ rollout, release, state, rings }: RolloutView): string[] {
  const progress = rings.map(({ ring, agents, done, failed }) =>
    `${ring} ${done}/${agents}${failed > 0 ? ` (${failed} failed)` : ""}`
  );
  return [rollout, release, state, progress.join(", ")];
}

function problemsOf({ agents, scopes, rollouts }: FleetOverview): string[] {
  return [
    ...rollouts.flatMap(({ rollout, reason }) =>
      reason === undefined ? [] : [`${rollout}: ${reason}`]
    ),
    ...scopes.flatMap(({ scope, trusted }) =>
      trusted ? [] : [`${scope}: its state is signed by no key that is trusted`]
    ),
    ...agents.flatMap(({ agent, stale, plugins, refused }) => [
      ...(stale ? [`${agent}: keeps a state that has expired`] : []),
      ...troublesOf({ agent, plugins }),
      ...refused.map((reason) => `${agent}: did not believe: ${reason}`),
    ]),
  ];
}
