/**
 * `fleet init`: the keys, accounts and server configurations of a new fleet.
 *
 * @module
 */
import { createFleetAccounts, serverConfig } from "../../fleet/mod.ts";
import { writeNewFile } from "../files/write_file.ts";
import { keyFileOf, publicKeyOf } from "../keys/key_file.ts";
import { readPassphrase } from "../keys/passphrase.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { UsageError } from "../program/fail.ts";
import { FILES, type FleetFile, type FleetOptions } from "./fleet_folder.ts";

interface InitOptions extends FleetOptions {
  readonly server: readonly string[];
  readonly data: string;
  readonly certs: string;
  readonly clusterPort: string;
  readonly tls: boolean;
  readonly passphraseFile?: string;
}

const SECRET = { mode: 0o600 };

/** Makes a fleet. */
export const init: CliCommand = defineCommand<InitOptions>({
  summary: "Make the keys, accounts and server configurations of a fleet",
  examples: [
    "fleet init home --server nats1:4222 nats2:4222 nats3:4222",
    "fleet init home --server nats1:4222 --passphrase-file passphrase.txt",
    "fleet init trial --server 127.0.0.1:4222 --no-tls",
  ],
  permissions: "--allow-read=fleet,<file of the passphrase>\n" +
    "  --allow-write=fleet",
  configure(command) {
    command
      .argument("<fleet>", "what the fleet is called")
      .requiredOption("--server <host:port...>", "one server, or three")
      .option("--dir <folder>", "where everything is written", "fleet")
      .option("--data <folder>", "the servers' data", "/var/lib/nats")
      .option(
        "--certs <folder>",
        "where each server has server.pem, server.key and ca.pem",
        "/etc/nats/certs",
      )
      .option(
        "--cluster-port <port>",
        "where servers listen for each other; three on one machine take three",
        "6222",
      )
      .option("--no-tls", "for trying it out on this machine")
      .option(
        "--passphrase-file <file>",
        "encrypt the release key with the file's first line",
      );
  },
  async run(context, options, [fleet = ""]) {
    const { output } = context;
    const { dir, server: servers, tls, passphraseFile } = options;
    checkServers(servers, tls);
    clusterPortOf(options);
    const passphrase = passphraseFile === undefined
      ? undefined
      : await readPassphrase(context, { passphraseFile });
    const { accounts, secrets } = await createFleetAccounts(fleet);
    await Deno.mkdir(dir, { recursive: true });
    const write = (name: string, text: string, mode = {}) =>
      writeNewFile(`${dir}/${name}`, text, mode);
    const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
    await write(FILES.secrets, json(secrets), SECRET);
    const release = await writeKey(write, "release", passphrase);
    const rollout = await writeKey(write, "rollout");
    const file: FleetFile = {
      ...{ fleet, servers, tls, accounts },
      releaseKeys: { [`${fleet}-release`]: release },
      rolloutKeys: { [`${fleet}-rollout`]: rollout },
    };
    await write(FILES.fleet, json(file));
    for (const index of servers.keys()) {
      const text = configOf(index, options, accounts);
      await write(`server-${index + 1}.conf`, text);
    }
    output.line(`Fleet "${fleet}" is in ${dir}/.`);
    output.line("Next: start nats-server -c with each server's .conf there;");
    if (tls) output.line(`put the authority's certificate at ${dir}/ca.pem;`);
    output.line(
      `keep ${dir}/${FILES.release} offline; controllers need ` +
        `${FILES.rollout}, ${FILES.secrets} and ${FILES.fleet}.`,
    );
    if (passphrase === undefined) {
      output.warn(
        `${dir}/${FILES.release} is not encrypted: --passphrase-file does that`,
      );
    }
    output.json({ fleet, dir, servers });
  },
});

function checkServers(servers: readonly string[], tls: boolean): void {
  if (servers.length !== 1 && servers.length !== 3) {
    throw new UsageError(
      `Cannot make a fleet on ${servers.length} servers: name one, or three`,
    );
  }
  const odd = servers.find((server) => !/^[A-Za-z0-9.-]+:\d+$/.test(server));
  if (odd !== undefined) {
    throw new UsageError(`Cannot use server "${odd}": write host:port`);
  }
  const isHere = (server: string) => /^(127\.|localhost:)/.test(server);
  if (tls || servers.every(isHere)) return;
  throw new UsageError(
    "Cannot do without TLS: the servers are not on this machine",
  );
}

/** Three on one machine take the two ports behind it as well. */
function clusterPortOf({ clusterPort }: InitOptions): number {
  const port = Number(clusterPort);
  if (Number.isInteger(port) && port > 0 && port <= 65_533) return port;
  throw new UsageError(
    `Cannot use --cluster-port "${clusterPort}": name a port from 1 to 65533`,
  );
}

async function writeKey(
  write: (name: string, text: string, mode: object) => Promise<void>,
  which: "release" | "rollout",
  passphrase?: string,
): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  await write(FILES[which], await keyFileOf(privateKey, passphrase), SECRET);
  return await publicKeyOf(privateKey);
}

function configOf(
  index: number,
  options: InitOptions,
  accounts: FleetFile["accounts"],
): string {
  const { server: servers, data, certs, tls } = options;
  const [host, port] = servers[index]!.split(":") as [string, string];
  const listen = `${tls ? "0.0.0.0" : host}:${port}`;
  const alone = servers.length === 1;
  const hosts = servers.map((server) => server.split(":")[0]);
  const areApart = new Set(hosts).size === hosts.length;
  // Three on one machine need a port of their own each.
  const first = clusterPortOf(options);
  const clusterPort = (at: number) => first + (areApart ? 0 : at);
  return serverConfig({
    ...{ name: `n${index + 1}`, listen },
    folder: alone || areApart ? data : `${data}/${index + 1}`,
    ...(tls
      ? {
        tls: {
          cert: `${certs}/server.pem`,
          key: `${certs}/server.key`,
          ca: `${certs}/ca.pem`,
        },
      }
      : {}),
    ...(alone ? {} : {
      cluster: {
        listen: `${tls ? "0.0.0.0" : host}:${clusterPort(index)}`,
        routes: hosts.map((name, at) => `${name}:${clusterPort(at)}`),
      },
    }),
  }, accounts);
}
