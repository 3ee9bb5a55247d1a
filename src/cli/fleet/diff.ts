/**
 * `fleet diff`: what a release would change in a ring.
 *
 * @module
 */
import { readRelease, readRings, type Release } from "../../fleet/mod.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { UsageError } from "../program/fail.ts";
import { renderTable } from "../program/render_table.ts";
import { type FleetOptions, openRegistry, readFleet } from "./fleet_folder.ts";

/** What becomes of one plugin; `null` where it was not listed. */
interface Difference {
  readonly plugin: string;
  readonly from: string | null;
  readonly to: string;
  readonly state: string;
}

/** Compares a release with what a ring has. */
export const diff: CliCommand = defineCommand<
  FleetOptions & { readonly ring: string }
>({
  summary: "Show what a release would change in a ring",
  examples: ["fleet diff v42 --ring canary"],
  permissions: "--allow-read=fleet --allow-net (for the servers)",
  configure(command) {
    command
      .argument("<release>", "what fleet publish named")
      .requiredOption("--ring <ring>", "the ring to compare with")
      .option("--dir <folder>", "what fleet init made", "fleet");
  },
  async run({ output }, { dir, ring }, [name = ""]) {
    const file = await readFleet(dir);
    await using registry = await openRegistry(dir);
    const known = await registry.read("releases", name);
    if (known === undefined) {
      const state = "no such release is published";
      throw new UsageError(`Cannot compare "${name}": ${state}`);
    }
    const read = (digest: string) =>
      readRelease(registry, digest, file.releaseKeys);
    const next = await read(known.text);
    const states = await readRings(registry, file);
    const current = states.find(({ scope }) => scope === `ring:${ring}`)?.state
      ?.release;
    const found = compare(current ? await read(current) : undefined, next);
    const rows = found.map(({ plugin, from, to, state }) => [
      ...[plugin, from ?? "-", to, state],
    ]);
    output.line(
      renderTable(["PLUGIN", "FROM", "TO", "STATE"], rows, output.style),
    );
    output.json(found);
  },
});

/** A plugin that the release does not list stays as it is. */
function compare(current: Release | undefined, next: Release): Difference[] {
  return Object.entries(next.plugins).flatMap(([plugin, wanted]) => {
    const before = current?.plugins[plugin];
    if (JSON.stringify(before) === JSON.stringify(wanted)) return [];
    const from = before?.version ?? null;
    return [{ plugin, from, to: wanted.version, state: wanted.state }];
  });
}
