/**
 * `fleet controller`: brings rollouts further until it is ended.
 *
 * @module
 */
import { FleetController } from "../../fleet/mod.ts";
import type { PassphraseOptions } from "../keys/passphrase.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import {
  type FleetOptions,
  openRegistry,
  readFleet,
  readSigningKey,
} from "./fleet_folder.ts";

/** Runs a controller. */
export const controller: CliCommand = defineCommand<
  FleetOptions & PassphraseOptions
>({
  summary: "Run a controller; any number may run, one acts",
  examples: ["fleet controller --dir fleet"],
  permissions: "--allow-read=fleet --allow-net (for the servers)",
  configure(command) {
    command
      .option("--dir <folder>", "what fleet init made", "fleet")
      .option("--passphrase-file <file>", "holds the rollout key's passphrase");
  },
  async run(context, { dir, ...options }) {
    const { output, signal } = context;
    const { fleet, rolloutKeys, releaseKeys } = await readFleet(dir);
    const rolloutKey = await readSigningKey(dir, "rollout", context, options);
    await using registry = await openRegistry(dir);
    await using running = new FleetController({
      ...{ fleet, rolloutKeys, releaseKeys, rolloutKey, registry },
      onError: ({ message }) => output.warn(message),
    });
    running.start();
    output.note(`Controller of fleet "${fleet}" is running; Ctrl-C ends it`);
    await new Promise((resolve) => {
      signal.addEventListener("abort", resolve, { once: true });
    });
  },
});
