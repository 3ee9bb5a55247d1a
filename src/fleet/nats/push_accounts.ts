/**
 * Hands changed accounts to servers that run, such as after a revocation.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { connectNats, natsError, type NatsOptions } from "./connect.ts";
import type { FleetAccounts } from "./fleet_accounts.ts";

/**
 * Hands accounts to the servers. Agents that were shut out lose their
 * connections at once.
 *
 * @param accounts The fleet's accounts.
 * @param options How the servers are reached, with the `systemCredentials`.
 * @throws {PluginError} `FLEET_FAILED`.
 */
export async function pushAccounts(
  accounts: FleetAccounts,
  options: NatsOptions,
): Promise<void> {
  const connection = await connectNats(options);
  const subject = "$SYS.REQ.CLAIMS.UPDATE";
  try {
    for (const token of Object.values(accounts.accounts)) {
      const answer = await connection.request(subject, token);
      const { error } = answer.json() as { error?: { description?: string } };
      if (error !== undefined) {
        const message = "Cannot hand accounts to the servers: " +
          (error.description ?? "they refused");
        throw new PluginError("FLEET_FAILED", message);
      }
    }
  } catch (cause) {
    throw natsError("Cannot hand accounts to the servers", cause);
  } finally {
    await connection.close();
  }
}
