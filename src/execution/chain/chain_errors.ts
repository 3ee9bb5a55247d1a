/**
 * What is said of an action that did not finish.
 *
 * @module
 */
import {
  ActionError,
  ConstraintError,
  messageOf,
  PluginError,
} from "../../shared/errors.ts";
import { hostsTrouble } from "../health/plugin_failure.ts";
import type { PluginIdentity } from "../../plugin/plugin.ts";

/** Which action of a chain it is. */
export interface FailedAction {
  /** The action's name. */
  readonly action: string;
  /** Its position in the chain, from 0. */
  readonly index: number;
}

/**
 * The error for an action that threw or rejected: what it threw is its cause.
 * A row that its table does not take, and the host's own trouble, keep their
 * code and status.
 *
 * @param plugin Whose action it is.
 * @param failure The action, and what it threw.
 */
export function actionFailed(
  plugin: PluginIdentity,
  failure: FailedAction & { readonly cause: unknown },
): PluginError {
  const { action, cause } = failure;
  const message = `Cannot finish action "${action}" of plugin "${plugin.name}"`;
  const trouble = hostsTrouble(cause);
  if (trouble !== undefined) {
    const { code, status, retryAfterMs } = trouble;
    const options = { status, retryAfterMs, pluginId: plugin.id, cause };
    return new PluginError(code, `${message}: ${trouble.message}`, options);
  }
  const details = { ...failure, pluginId: plugin.id };
  const text = `${message}: ${messageOf(cause)}`;
  return isConstraintError(cause)
    ? new ConstraintError(text, { ...cause, ...details })
    : new ActionError("ACTION_FAILED", text, details);
}

/** By its fields: in a plugin's process it is of another class. */
function isConstraintError(cause: unknown): cause is ConstraintError {
  try {
    return cause instanceof Error &&
      (cause as Partial<ConstraintError>).code === "CONSTRAINT_FAILED" &&
      typeof (cause as Partial<ConstraintError>).constraint === "string";
  } catch {
    return false;
  }
}

/**
 * The error for an action that took too long.
 *
 * @param plugin Whose action it is.
 * @param failure The action, and its limit.
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

/** The error for schemas that took too long. */
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
