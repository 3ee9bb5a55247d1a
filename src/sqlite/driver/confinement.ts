/**
 * The error that a plugin gets for reaching beyond its table.
 *
 * @module
 */
import type { PluginError } from "../../shared/errors.ts";
import type { TableScope } from "./host_driver.ts";
import { storeError } from "../store_error.ts";

/**
 * Makes the error.
 *
 * @param scope The plugin and its table.
 * @param what What its statement does.
 * @param cause What SQLite said, where it was asked.
 * @returns The error, to be thrown.
 */
export function confinementError(
  { plugin, table }: TableScope,
  what: string,
  cause?: unknown,
): PluginError {
  return storeError(
    `Cannot run a statement of plugin "${plugin}": ` +
      `it may reach its own table "${table}" only, and it ${what}`,
    cause,
  );
}
