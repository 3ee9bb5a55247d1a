/**
 * The error that a plugin gets for reaching beyond its table.
 *
 * @module
 */
import type { PluginError } from "../../shared/errors.ts";
import type { TableScope } from "./host_driver.ts";
import { storeError } from "../store_error.ts";

/** Makes the error. */
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
