/**
 * Has a plugin that runs here bring its data to what its new version expects.
 *
 * @module
 */
import { isThenable } from "../async/thenable.ts";
import type { PluginIdentity, PluginUpgradeContext } from "../plugin/plugin.ts";
import { messageOf, PluginError } from "../shared/errors.ts";
import type { InlineCode } from "./inline_runner.ts";

/**
 * Calls `upgrade()`, within the transaction that brings the tables up to date.
 *
 * @param context What it receives.
 * @throws {PluginError} `LOAD_FAILED` where it throws, or does not end at once.
 */
export function runUpgrade(
  { definition, context: code }: Pick<InlineCode, "definition" | "context">,
  context: PluginUpgradeContext,
): void {
  let result: unknown;
  try {
    result = code.run((given) => definition.upgrade?.(given), context);
  } catch (cause) {
    const state = `upgrade() threw: ${messageOf(cause)}`;
    throw upgradeFailed(context.plugin, context, { state, cause });
  }
  if (!isThenable(result)) return;
  // Nobody else waits for it.
  result.then(() => {}, () => {});
  const state =
    "upgrade() returned a promise, and what runs after it would not be part of the transaction; make it synchronous";
  throw upgradeFailed(context.plugin, context, { state });
}

function upgradeFailed(
  { id, name }: PluginIdentity,
  { from, to }: Pick<PluginUpgradeContext, "from" | "to">,
  { state, ...options }: ErrorOptions & { readonly state: string },
): PluginError {
  return new PluginError(
    "LOAD_FAILED",
    `Cannot upgrade the data of plugin "${name}" from ${from} to ${to}: ${state}`,
    { ...options, pluginId: id },
  );
}
