/**
 * `fleet revoke`: shuts an agent out.
 *
 * @module
 */
import { pushAccounts, revokeAgents } from "../../fleet/mod.ts";
import { replaceFile } from "../files/write_file.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import {
  FILES,
  type FleetOptions,
  natsOptions,
  openRegistry,
  readFleet,
  readSecrets,
} from "./fleet_folder.ts";

/** Shuts an agent out. */
export const revoke: CliCommand = defineCommand<
  FleetOptions & { readonly key: string }
>({
  summary: "Shut an agent out; its connection ends at once",
  examples: ["fleet revoke nas-1 --key UABC…"],
  permissions: "--allow-read=fleet --allow-write=fleet " +
    "--allow-net (for the servers)",
  configure(command) {
    command
      .argument("<agent>", "what the fleet knows it by")
      .requiredOption("--key <public key>", "what it was let in with")
      .option("--dir <folder>", "what fleet init made", "fleet");
  },
  async run({ output }, { dir, key }, [agent = ""]) {
    const file = await readFleet(dir);
    const secrets = await readSecrets(dir);
    const accounts = await revokeAgents(file.accounts, secrets, [key]);
    // Kept first: the next push must not let it in again.
    const text = `${JSON.stringify({ ...file, accounts }, null, 2)}\n`;
    await replaceFile(`${dir}/${FILES.fleet}`, text);
    const options = await natsOptions(dir, secrets.systemCredentials);
    await pushAccounts(accounts, options);
    await using registry = await openRegistry(dir);
    const { revision = 0 } = await registry.read("agents", agent) ?? {};
    const revoked = JSON.stringify({ revoked: true, key });
    await registry.write("agents", agent, { text: revoked, revision });
    output.line(`Agent "${agent}" is shut out.`);
    output.json({ agent, key, revoked: true });
  },
});
