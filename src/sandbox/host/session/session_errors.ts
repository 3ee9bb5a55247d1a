/**
 * What is said of a plugin's process that is no longer there.
 *
 * @module
 */
import { messageOf, PluginError } from "../../../shared/errors.ts";
import type { PluginIdentity } from "../../../plugin/plugin.ts";
import type { CallWork } from "../../wire/protocol.ts";
import type { ChildExit } from "../../process/sandbox_child.ts";

/** Stands for a step that used up its time; the caller knows which it is. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/** Tells how a child ended. */
export function howItEnded({ code, signal, lastWords }: ChildExit): string {
  if (
    /out of memory|heap limit|allocation (?:of \d+ bytes )?failed/i.test(
      lastWords,
    )
  ) {
    return "it ran out of memory";
  }
  const words = lastWords.trim().split("\n").slice(-3).join(" ").slice(0, 300);
  const how = signal === null
    ? `it ended by itself with code ${code}`
    : `it was ended by ${signal}`;
  return words === "" ? how : `${how} (${words})`;
}

/** The error for a process that crashed. */
export function crashed(
  { id, name, version }: PluginIdentity,
  state: string,
  cause?: unknown,
): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    `Cannot run plugin "${name}@${version}": its process crashed: ${state}`,
    { pluginId: id, ...(cause === undefined ? {} : { cause }) },
  );
}

/** The error for a process that does not answer. */
export function stalled(plugin: PluginIdentity): PluginError {
  return crashed(plugin, "it did not come back from a call in time");
}

/** The error for a process whose table is out of reach. */
export function storeCrashed(plugin: PluginIdentity, how: string): PluginError {
  return crashed(plugin, `the store of its table ended: ${how}`);
}

/** The error for a message that the protocol does not allow. */
export function protocolBroken(state: string): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    `Cannot believe a plugin's process: ${state}`,
  );
}

/** The error for a plugin that the host let go of. */
export function unloaded({ id, name }: PluginIdentity): PluginError {
  return new PluginError(
    "PLUGIN_NOT_LOADED",
    `Cannot run plugin "${name}": it was unloaded`,
    { pluginId: id },
  );
}

/**
 * The error for what cannot be sent to a plugin's process. Whoever made it is at
 * fault: the client that sent it, or the host that emits it.
 */
export function unsendable(
  { id, name }: PluginIdentity,
  work: CallWork,
  cause: unknown,
): PluginError {
  const options = { pluginId: id, cause };
  const state = messageOf(cause);
  return work.kind === "chain"
    ? new PluginError(
      "BODY_TOO_LARGE",
      `Cannot hand the request on to plugin "${name}": ${state}`,
      options,
    )
    : new PluginError(
      "INVALID_REQUEST",
      `Cannot hand the event on to plugin "${name}": ${state}; emit plain data`,
      options,
    );
}

/** After how long another try makes sense. */
const BUSY_RETRY_MS = 1_000;

/** The error for a call that finds too many others waiting. */
export function busy({ id, name }: PluginIdentity): PluginError {
  return new PluginError(
    "PLUGIN_BUSY",
    `Cannot ask plugin "${name}": too much is waiting for its process already; try again later`,
    { pluginId: id, retryAfterMs: BUSY_RETRY_MS },
  );
}
