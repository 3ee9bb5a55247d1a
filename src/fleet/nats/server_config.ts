/**
 * Writes the configuration of a fleet's NATS servers.
 *
 * @module
 */
import type { FleetAccounts } from "./fleet_accounts.ts";

/** One of a fleet's servers. */
export interface FleetServer {
  /** What it is called. */
  readonly name: string;
  /** The address that it listens at, such as `"0.0.0.0:4222"`. */
  readonly listen: string;
  /** The folder of its data. */
  readonly folder: string;
  /** Its certificate, its key, and who signed the others', as PEM files. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    readonly ca: string;
  };
  /** Where it listens for the other servers, and where these do. */
  readonly cluster?: {
    readonly listen: string;
    readonly routes: readonly string[];
  };
}

/**
 * The configuration of one server.
 *
 * @param server The server.
 * @param accounts The fleet's accounts, which all its servers are told.
 * @returns The text of the file.
 */
export function serverConfig(
  server: FleetServer,
  accounts: FleetAccounts,
): string {
  const { name, listen, folder, tls, cluster } = server;
  const preload = Object.entries(accounts.accounts)
    .map(([key, token]) => `  ${key}: ${quote(token)}`);
  return [
    `server_name: ${quote(name)}`,
    `listen: ${quote(listen)}`,
    `jetstream { store_dir: ${quote(`${folder}/jetstream`)} }`,
    ...(tls === undefined ? [] : [`tls ${tlsBlock(tls, false)}`]),
    ...(cluster === undefined ? [] : [clusterBlock(cluster, tls)]),
    `operator: ${quote(accounts.operator)}`,
    `system_account: ${accounts.systemAccount}`,
    "resolver {",
    "  type: full",
    `  dir: ${quote(`${folder}/accounts`)}`,
    "  allow_delete: false",
    "}",
    "resolver_preload {",
    ...preload,
    "}",
    "",
  ].join("\n");
}

function clusterBlock(
  { listen, routes }: NonNullable<FleetServer["cluster"]>,
  tls: FleetServer["tls"],
): string {
  return [
    "cluster {",
    '  name: "fleet"',
    `  listen: ${quote(listen)}`,
    `  routes: [${routes.map((route) => quote(`nats://${route}`)).join(", ")}]`,
    // Servers prove to each other who they are; agents do so by their keys.
    ...(tls === undefined ? [] : [`  tls ${tlsBlock(tls, true)}`]),
    "}",
  ].join("\n");
}

function tlsBlock(
  { cert, key, ca }: NonNullable<FleetServer["tls"]>,
  verify: boolean,
): string {
  const files = `cert_file: ${quote(cert)}, key_file: ${quote(key)}`;
  return `{ ${files}, ca_file: ${quote(ca)}, verify: ${verify} }`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
