/**
 * What is said of an action that did not finish.
 *
 * @module
 */
import { ActionError, messageOf, PluginError } from "../shared/errors.ts";
import type { PluginIdentity } from "../plugin/plugin.ts";

/** Which action of a chain it is. */
export interface FailedAction {
  /** The action's name. */
  readonly action: string;
  /** Its position in the chain, from 0. */
  readonly index: number;
}

/**
 * The error for an action that threw or rejected.
 *
 * @param plugin Whose action it is.
 * @param failure The action, and what it threw.
 * @returns The error.
 */
export function actionFailed(
  plugin: PluginIdentity,
  failure: FailedAction & { readonly cause: unknown },
): ActionError {
  const { action, cause } = failure;
  return new ActionError(
    "ACTION_FAILED",
    `Cannot finish action "${action}" of plugin "${plugin.name}": ${
      messageOf(cause)
    }`,
    { ...failure, pluginId: plugin.id },
  );
}

/**
 * The error for an action that took too long.
 *
 * @param plugin Whose action it is.
 * @param failure The action, and its limit.
 * @returns The error.
 */
export function actionTimedOut(
  plugin: PluginIdentity,
  failure: FailedAction & { readonly timeoutMs: number },
): ActionError {
  const { action, index, timeoutMs } = failure;
  return new ActionError(
    "ACTION_TIMEOUT",
    `Cannot finish action "${action}" of plugin "${plugin.name}": it took longer than ${timeoutMs} ms; raise actionTimeoutMs, or let the action watch its signal`,
    { action, index, pluginId: plugin.id },
  );
}

/**
 * The error for a chain that took too long.
 *
 * @param plugin Whose chain it is.
 * @param failure The action under way, and the limit of the chain.
 * @returns The error.
 */
export function chainTimedOut(
  plugin: PluginIdentity,
  failure: FailedAction & { readonly timeoutMs: number },
): ActionError {
  const { action, index, timeoutMs } = failure;
  return new ActionError(
    "ACTION_TIMEOUT",
    `Cannot finish the route of plugin "${plugin.name}": it took longer than ${timeoutMs} ms, and is at action "${action}"; raise the route's timeoutMs, or let the action watch its signal`,
    { action, index, pluginId: plugin.id },
  );
}

/**
 * The error for schemas that took too long.
 *
 * @param plugin Whose schemas they are.
 * @param timeoutMs Their limit.
 * @returns The error.
 */
export function checkTimedOut(
  plugin: PluginIdentity,
  timeoutMs: number,
): PluginError {
  return new PluginError(
    "ACTION_TIMEOUT",
    `Cannot check the request for plugin "${plugin.name}": its schemas took longer than ${timeoutMs} ms`,
    { pluginId: plugin.id },
  );
}
