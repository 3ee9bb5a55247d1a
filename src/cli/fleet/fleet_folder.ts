/**
 * The folder that `fleet init` makes: what a fleet's servers and agents are
 * told, and its keys.
 *
 * @module
 */
import {
  type FleetAccounts,
  type FleetSecrets,
  NatsControlRegistry,
  type SigningKey,
} from "../../fleet/mod.ts";
import { publicKeyOf } from "../keys/key_file.ts";
import { openKey } from "../keys/open_key.ts";
import type { PassphraseOptions } from "../keys/passphrase.ts";
import type { CliContext } from "../program/cli_context.ts";
import { UsageError } from "../program/fail.ts";

/** What is known of a fleet; none of it is secret. */
export interface FleetFile {
  readonly fleet: string;
  readonly servers: readonly string[];
  /** Whether the servers speak TLS; the folder holds `ca.pem` then. */
  readonly tls: boolean;
  readonly accounts: FleetAccounts;
  readonly releaseKeys: Readonly<Record<string, string>>;
  readonly rolloutKeys: Readonly<Record<string, string>>;
}

/** The option that names the folder. */
export interface FleetOptions {
  readonly dir: string;
}

/** The files of the folder. */
export const FILES = {
  fleet: "fleet.json",
  secrets: "secrets.json",
  release: "release.key",
  rollout: "rollout.key",
  ca: "ca.pem",
} as const;

/** Reads what is known of the fleet. */
export async function readFleet(dir: string): Promise<FleetFile> {
  return await readJsonFile(dir, FILES.fleet) as FleetFile;
}

/** Reads the fleet's keys. */
export async function readSecrets(dir: string): Promise<FleetSecrets> {
  return await readJsonFile(dir, FILES.secrets) as FleetSecrets;
}

/** Reads one of the two keys that sign; asks where it is encrypted. */
export async function readSigningKey(
  dir: string,
  which: "release" | "rollout",
  ...ask: [context: CliContext, options: PassphraseOptions]
): Promise<SigningKey> {
  const text = await readText(dir, FILES[which]);
  const privateKey = await openKey(text, ...ask);
  const { [`${which}Keys` as const]: keys } = await readFleet(dir);
  const publicKey = await publicKeyOf(privateKey);
  const keyId = Object.keys(keys).find((id) => keys[id] === publicKey);
  if (keyId !== undefined) return { keyId, privateKey };
  throw new UsageError(
    `Cannot sign with "${dir}/${FILES[which]}": ${FILES.fleet} does not list ` +
      `its public half among the ${which}Keys`,
  );
}

/** How the fleet's servers are reached with some credentials. */
export async function natsOptions(dir: string, credentials: string) {
  const { servers, tls } = await readFleet(dir);
  const ca = tls ? { ca: await readText(dir, FILES.ca) } : {};
  return { servers, credentials, ...ca };
}

/** Opens the fleet's registry as its operator. */
export async function openRegistry(dir: string): Promise<NatsControlRegistry> {
  const { controllerCredentials } = await readSecrets(dir);
  const { servers } = await readFleet(dir);
  return await NatsControlRegistry.open({
    ...await natsOptions(dir, controllerCredentials),
    replicas: servers.length === 1 ? 1 : 3,
  });
}

async function readJsonFile(dir: string, name: string): Promise<unknown> {
  const text = await readText(dir, name);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `Cannot read "${dir}/${name}": it is no JSON`;
    throw new UsageError(message, { cause });
  }
}

async function readText(dir: string, name: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${dir}/${name}`);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new UsageError(
      `Cannot read "${dir}/${name}": there is no such file; name the folder ` +
        "that fleet init made with --dir",
      { cause },
    );
  }
}
