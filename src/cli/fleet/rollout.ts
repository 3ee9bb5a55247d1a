/**
 * `fleet rollout`: brings a release to rings, and stops or undoes it.
 *
 * @module
 */
import {
  type ControlRegistry,
  haltRollout,
  listRollouts,
  pauseRollout,
  promoteRollout,
  resumeRollout,
  type Rollout,
  startRollout,
} from "../../fleet/mod.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { UsageError } from "../program/fail.ts";
import { renderTable } from "../program/render_table.ts";
import { type FleetOptions, openRegistry } from "./fleet_folder.ts";

const permissions = "--allow-read=fleet --allow-net (for the servers)";

interface StartOptions extends FleetOptions {
  readonly ring: readonly string[];
  readonly name?: string;
  readonly share?: readonly string[];
}

const start: CliCommand = defineCommand<StartOptions>({
  summary: "Bring a release to rings, in order, a share at a time",
  examples: [
    "fleet rollout start v42 --ring canary rest",
    "fleet rollout start v42 --ring rest --share 0.05 0.25 1",
  ],
  permissions,
  configure(command) {
    command
      .argument("<release>", "what fleet publish named")
      .requiredOption("--ring <rings...>", "the rings, in order")
      .option("--share <shares...>", "the shares of each ring, up to 1")
      .option("--name <name>", "what the rollout is called (default: release)")
      .option("--dir <folder>", "what fleet init made", "fleet");
  },
  async run({ output }, { dir, ring, share, name }, [release = ""]) {
    await using registry = await openRegistry(dir);
    const known = await registry.read("releases", release);
    if (known === undefined) {
      throw new UsageError(
        `Cannot roll out "${release}": no such release is published`,
      );
    }
    const rollout = await startRollout(registry, {
      ...{ rollout: name ?? release, release: known.text, rings: ring },
      ...(share === undefined ? {} : { shares: share.map(Number) }),
    });
    output.line(`Rollout "${rollout.rollout}" is running.`);
    output.json(rollout);
  },
});

const list: CliCommand = defineCommand<FleetOptions>({
  summary: "List the rollouts",
  examples: ["fleet rollout list"],
  permissions,
  configure(command) {
    command.option("--dir <folder>", "what fleet init made", "fleet");
  },
  async run({ output }, { dir }) {
    await using registry = await openRegistry(dir);
    const found = await listRollouts(registry);
    const rows = found.map((rollout) => [
      rollout.rollout,
      rollout.state,
      rollout.rings[rollout.ring] ?? "-",
      `${(rollout.shares[rollout.share] ?? 0) * 100} %`,
      rollout.reason ?? "",
    ]);
    const head = ["ROLLOUT", "STATE", "RING", "SHARE", "REASON"];
    output.line(renderTable(head, rows, output.style));
    output.json(found);
  },
});

type Change = (
  registry: ControlRegistry,
  rollout: string,
  reason?: string,
) => Promise<Rollout>;

function changing(act: string, summary: string, change: Change): CliCommand {
  return defineCommand<FleetOptions & { readonly reason?: string }>({
    summary,
    examples: [`fleet rollout ${act} v42`],
    permissions,
    configure(command) {
      command
        .argument("<rollout>", "what it is called")
        .option("--dir <folder>", "what fleet init made", "fleet");
      if (act === "halt") command.option("--reason <text>", "why");
    },
    async run({ output }, { dir, reason }, [name = ""]) {
      await using registry = await openRegistry(dir);
      const rollout = await change(registry, name, reason);
      output.line(`Rollout "${name}" is ${rollout.state}.`);
      output.json(rollout);
    },
  });
}

/** The commands about rollouts. */
export const rollout: CliCommand = defineCommand({
  summary: "Start, pause, resume, halt and promote rollouts",
  examples: ["fleet rollout start v42 --ring canary rest"],
  permissions,
  subcommands: {
    start,
    list,
    pause: changing("pause", "Keep a rollout where it is", pauseRollout),
    resume: changing("resume", "Let a rollout go on", resumeRollout),
    halt: changing(
      "halt",
      "Put the rings back to what they had before",
      haltRollout,
    ),
    promote: changing(
      "promote",
      "Take the next step without waiting",
      promoteRollout,
    ),
  },
});
