/**
 * `fleet`: the commands of those who operate many agents.
 *
 * @module
 */
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { agents, rings } from "./agents.ts";
import { controller } from "./controller.ts";
import { diff } from "./diff.ts";
import { credentials, enrol, key } from "./enrol.ts";
import { init } from "./init.ts";
import { publish } from "./publish.ts";
import { revoke } from "./revoke.ts";
import { rollout } from "./rollout.ts";
import { status } from "./status.ts";

/** The commands. */
export const command: CliCommand = defineCommand({
  examples: ["fleet init home --server nats1:4222 nats2:4222 nats3:4222"],
  permissions: "those of its commands",
  subcommands: {
    ...{ init, key, enrol, credentials, agents, rings },
    ...{ publish, status, diff, rollout, revoke, controller },
  },
});
