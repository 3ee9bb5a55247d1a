/**
 * `fleet agents` and `fleet rings`: who is where, and what became of it.
 *
 * @module
 */
import {
  type AgentStatus,
  readAgents,
  readReleaseNames,
  readRings,
} from "../../fleet/mod.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { renderTable } from "../program/render_table.ts";
import { type FleetOptions, openRegistry, readFleet } from "./fleet_folder.ts";
import { exitOf, troublesOf } from "./outcomes.ts";

const PERMISSIONS = "--allow-read=fleet --allow-net (for the servers)";

/** Lists the agents. */
export const agents: CliCommand = defineCommand<FleetOptions>({
  summary: "List the agents: ring, generation, plugins, what failed",
  examples: ["fleet agents", "fleet agents --json"],
  permissions: PERMISSIONS,
  configure(command) {
    command.option("--dir <folder>", "what fleet init made", "fleet");
  },
  async run({ output }, { dir }) {
    await using registry = await openRegistry(dir);
    const found = await readAgents(registry);
    const rows = found.map(rowOf);
    const head = ["AGENT", "RING", "GEN", "SEEN", "PLUGINS"];
    output.line(renderTable(head, rows, output.style));
    const reported = found.map(({ agent, report }) => ({
      ...{ agent, plugins: report?.plugins ?? [] },
    }));
    for (const line of reported.flatMap(troublesOf)) output.line(line);
    output.json(found);
    return exitOf(reported);
  },
});

/** Lists the rings. */
export const rings: CliCommand = defineCommand<FleetOptions>({
  summary: "List what rings and agents should have, and how many have it",
  examples: ["fleet rings"],
  permissions: PERMISSIONS,
  configure(command) {
    command.option("--dir <folder>", "what fleet init made", "fleet");
  },
  async run({ output }, { dir }) {
    const { rolloutKeys, fleet } = await readFleet(dir);
    await using registry = await openRegistry(dir);
    const found = await readRings(registry, { fleet, rolloutKeys });
    const names = await readReleaseNames(registry);
    const agents = await readAgents(registry);
    const rows = found.map(({ scope, state }) => [
      scope,
      state === undefined ? "unreadable" : String(state.gen),
      names.get(state?.release ?? "") ?? state?.release?.slice(0, 12) ?? "-",
      `${Math.round((state?.share ?? 1) * 100)} %`,
      state?.rollout ?? "-",
      countOf(agents, scope, state?.gen),
    ]);
    const head = ["SCOPE", "GEN", "RELEASE", "SHARE", "ROLLOUT", "AGENTS"];
    output.line(renderTable(head, rows, output.style));
    output.json(found);
  },
});

function rowOf({ agent, ring, seen, report }: AgentStatus): string[] {
  const plugins = report?.plugins.map(({ plugin, running, outcome }) =>
    `${plugin} ${running ?? "-"}${outcome === "applied" ? "" : ` (${outcome})`}`
  );
  return [
    agent,
    ring,
    report?.scopes.map(({ gen }) => gen).join("/") || "-",
    new Date(seen).toISOString(),
    plugins?.join(", ") || "-",
  ];
}

function countOf(
  agents: readonly AgentStatus[],
  scope: string,
  gen: number | undefined,
): string {
  const held = agents.flatMap(({ report }) =>
    report?.scopes.filter((held) => held.scope === scope) ?? []
  );
  return `${held.filter((one) => one.gen === gen).length} of ${held.length}`;
}
