/**
 * Looks for new versions of all plugins, side by side.
 *
 * @module
 */
import { pooledMap } from "@std/async/pool";
import type { PluginError } from "../errors.ts";
import type { ObtainOptions } from "../install/mod.ts";
import type { StoredPlugin } from "../store/handler_tables.ts";
import { asPluginError } from "./operation_result.ts";
import { obtainSuccessor } from "./succession.ts";

/** How updates are looked for. */
export interface CheckOptions {
  /**
   * How many manifests are fetched at once.
   *
   * @default 8
   */
  readonly concurrency?: number;
  /** Cancels it. */
  readonly signal?: AbortSignal;
}

/** Whether a plugin has a new version. */
export interface UpdateCheck {
  /** The plugin's id. */
  readonly id: number;
  /** The plugin's name. */
  readonly name: string;
  /** The version that is stored. */
  readonly current: string;
  /** The version that an update would bring; `null` where there is none. */
  readonly available: string | null;
  /** Why an update would be refused, or why nobody knows. */
  readonly error?: PluginError;
}

/**
 * Asks the manifests of plugins whether there is a new version. What is found
 * is verified, and neither tried nor stored.
 *
 * @param plugins The plugins.
 * @param install How manifests are fetched and checked.
 * @param options How many are asked at once.
 * @returns What was found, in the order of the plugins.
 */
export async function checkForUpdates(
  plugins: readonly StoredPlugin[],
  install: ObtainOptions,
  options: CheckOptions = {},
): Promise<UpdateCheck[]> {
  const { signal, concurrency = 8 } = options;
  return await Array.fromAsync(
    pooledMap(concurrency, plugins, async (old) => ({
      id: old.id,
      name: old.name,
      current: old.version,
      ...await check(old, { ...install, signal }),
    })),
  );
}

async function check(
  old: StoredPlugin,
  install: ObtainOptions,
): Promise<Pick<UpdateCheck, "available" | "error">> {
  try {
    const next = await obtainSuccessor(old, undefined, install);
    return { available: next?.row.version ?? null };
  } catch (error) {
    return { available: null, error: asPluginError(error) };
  }
}
