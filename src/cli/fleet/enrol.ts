/**
 * `fleet key` and `fleet enrol`: an agent makes its key, the fleet lets it in.
 *
 * @module
 */
import {
  agentCredentials,
  createAgentKey,
  enrolAgent,
} from "../../fleet/mod.ts";
import { writeNewFile } from "../files/write_file.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import {
  FILES,
  type FleetOptions,
  readFleet,
  readSecrets,
} from "./fleet_folder.ts";

interface EnrolOptions extends FleetOptions {
  readonly key: string;
  readonly agent: string;
  readonly ring: string;
}

/** Makes an agent's key. */
export const key: CliCommand = defineCommand<{ readonly out: string }>({
  summary: "On an agent: make its key, and print the public half",
  examples: ["fleet key --out agent.seed"],
  permissions: "--allow-write=agent.seed",
  configure(command) {
    command.option("--out <file>", "where the seed goes", "agent.seed");
  },
  async run({ output }, { out }) {
    const { seed, publicKey } = await createAgentKey();
    await writeNewFile(out, `${seed}\n`, { mode: 0o600 });
    output.line(publicKey);
    output.json({ publicKey, seed: out });
  },
});

/** Lets an agent in. */
export const enrol: CliCommand = defineCommand<EnrolOptions>({
  summary: "Let an agent in; the servers are not touched",
  examples: ["fleet enrol --key UABC… --agent nas-1 --ring canary"],
  permissions: "--allow-read=fleet",
  configure(command) {
    command
      .requiredOption("--key <public key>", "what fleet key printed")
      .requiredOption("--agent <name>", "what the fleet knows it by")
      .requiredOption("--ring <ring>", "its ring, in small letters")
      .option("--dir <folder>", "what fleet init made", "fleet");
  },
  async run({ output }, { dir, key: publicKey, agent, ring }) {
    const file = await readFleet(dir);
    const secrets = await readSecrets(dir);
    const token = await enrolAgent(secrets, { agent, ring, publicKey });
    const ca = file.tls
      ? { ca: await Deno.readTextFile(`${dir}/${FILES.ca}`) }
      : {};
    const { fleet, servers, releaseKeys, rolloutKeys } = file;
    const keys = { releaseKeys, rolloutKeys };
    const told = { fleet, agent, ring, servers, token, ...keys, ...ca };
    output.line(JSON.stringify(told, null, 2));
    output.json(told);
  },
});

/** Makes a credentials file of both. */
export const credentials: CliCommand = defineCommand<
  { readonly seed: string; readonly enrolment: string; readonly out: string }
>({
  summary: "On an agent: make its credentials of its seed and its enrolment",
  examples: ["fleet credentials --seed agent.seed --enrolment enrolment.json"],
  permissions: "--allow-read --allow-write=agent.creds",
  configure(command) {
    command
      .option("--seed <file>", "what fleet key wrote", "agent.seed")
      .requiredOption("--enrolment <file>", "what fleet enrol printed")
      .option("--out <file>", "where the credentials go", "agent.creds");
  },
  async run({ output }, { seed, enrolment, out }) {
    const { token } = JSON.parse(await Deno.readTextFile(enrolment));
    const text = (await Deno.readTextFile(seed)).trim();
    const creds = await agentCredentials(String(token), text);
    await writeNewFile(out, creds, { mode: 0o600 });
    output.line(`Credentials: ${out}`);
    output.json({ credentials: out });
  },
});
