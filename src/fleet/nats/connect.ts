/**
 * Opens a connection to the fleet's NATS servers. The client is imported here
 * and not before: most agents are in no fleet.
 *
 * @module
 */
import type { NatsConnection } from "@nats-io/nats-core";
import { messageOf, PluginError } from "../../shared/errors.ts";

/** How the fleet's servers are reached. */
export interface NatsOptions {
  /** The servers, such as `"nats1.example.com:4222"`. */
  servers: readonly string[];
  /** What the servers show the connection as. @default "dockstat" */
  name?: string;
  /**
   * The certificates of those who signed the servers', in PEM, for TLS. What
   * the system trusts is not trusted then.
   */
  ca?: string;
  /**
   * The text of a credentials file: a JWT and the seed of an nkey.
   */
  credentials?: string;
  /** The seed of an nkey, where the servers know its public half. */
  nkeySeed?: string;
  /** A user's name, for servers that know users by passwords. */
  user?: string;
  /** That user's password. */
  password?: string;
  /**
   * How many milliseconds a request waits for its answer.
   *
   * @default 5000
   */
  timeoutMs?: number;
}

/**
 * Connects; it fails where no server can be reached now. Once it is open, it
 * comes back by itself.
 *
 * @throws {PluginError} `FLEET_FAILED`.
 */
export async function connectNats(
  options: NatsOptions,
  inboxPrefix?: string,
): Promise<NatsConnection> {
  const { servers, name = "dockstat", ca, timeoutMs = 5_000 } = options;
  const client = await import("@nats-io/transport-node");
  try {
    return await client.connect({
      servers: [...servers],
      name,
      ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
      timeout: timeoutMs,
      // An agent that is cut off for a week comes back by itself, also where
      // its rights were taken and given again meanwhile.
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: 500,
      reconnectJitter: 1_500,
      reconnectJitterTLS: 1_500,
      // The names are the certificates'; and servers that gossip about
      // themselves would want permissions that nobody gave.
      resolve: false,
      ignoreClusterUpdates: true,
      ...(ca === undefined ? {} : { tls: { ca } }),
      ...authenticator(client, options),
    });
  } catch (cause) {
    throw natsError(`Cannot connect to ${servers.join(", ")}`, cause);
  }
}

type Client = typeof import("@nats-io/transport-node");

function authenticator(client: Client, options: NatsOptions) {
  const { credentials, nkeySeed, user, password } = options;
  const bytes = (text: string) => new TextEncoder().encode(text);
  if (credentials !== undefined) {
    const authenticator = client.credsAuthenticator(bytes(credentials));
    return { authenticator };
  }
  if (nkeySeed !== undefined) {
    return { authenticator: client.nkeyAuthenticator(bytes(nkeySeed)) };
  }
  return user === undefined ? {} : { user, pass: password ?? "" };
}

/** What NATS failed with, as an error of this library. */
export function natsError(act: string, cause: unknown): PluginError {
  if (cause instanceof PluginError) return cause;
  const message = `${act}: ${messageOf(cause)}`;
  return new PluginError("FLEET_FAILED", message, { cause });
}
