/**
 * Decides whether a stored plugin may be loaded at all.
 *
 * @module
 */
import { digestOf } from "../shared/digest.ts";
import { PluginError } from "../shared/errors.ts";
import type { StoredPluginCode } from "../store/mod.ts";

/**
 * Checks that a plugin is stored, enabled, and has the code that was saved.
 *
 * @param id The plugin's id.
 * @param row Its row, if there is one.
 * @returns The row.
 * @throws {PluginError} `PLUGIN_NOT_FOUND`, `LOAD_FAILED`,
 * `INTEGRITY_MISMATCH`.
 */
export function verifyRow(
  id: number,
  row: StoredPluginCode | undefined,
): StoredPluginCode {
  if (row === undefined) {
    throw new PluginError(
      "PLUGIN_NOT_FOUND",
      `Cannot load plugin ${id}: no such plugin is stored; see getAll()`,
      { pluginId: id },
    );
  }
  if (row.state !== "enabled") {
    throw new PluginError(
      "LOAD_FAILED",
      `Cannot load plugin "${row.name}": it is ${row.state}${
        row.reason ? ` (${row.reason})` : ""
      }; call enablePlugin(${id}) first`,
      { pluginId: id },
    );
  }
  if (row.digest !== null && row.digest !== digestOf(row.plugin)) {
    throw new PluginError(
      "INTEGRITY_MISMATCH",
      `Cannot load plugin "${row.name}": its stored code is not the code that was saved; install it again, or roll it back`,
      { pluginId: id },
    );
  }
  return row;
}
