/**
 * Finds a stored plugin for an operation that needs one.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import type { PluginRepository, StoredPluginCode } from "../store/mod.ts";

/**
 * Finds a stored plugin.
 *
 * @param act What is to be done with it, for the message.
 * @throws {PluginError} `PLUGIN_NOT_FOUND`.
 */
export function requireStored(
  repository: PluginRepository,
  act: string,
  id: number,
): StoredPluginCode {
  const row = repository.get(id);
  if (row !== undefined) return row;
  throw new PluginError(
    "PLUGIN_NOT_FOUND",
    `Cannot ${act} plugin ${id}: no such plugin is stored; see getAll()`,
    { pluginId: id },
  );
}
