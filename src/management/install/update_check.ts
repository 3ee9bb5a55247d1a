/**
 * Looks for new versions of all plugins, side by side.
 *
 * @module
 */
import { pooledMap } from "@std/async/pool";
import type { PluginError } from "../../shared/errors.ts";
import type { ObtainedPlugin } from "../../install/mod.ts";
import type { PluginRepository } from "../../store/mod.ts";
import { asPluginError } from "../operation_result.ts";
import { requireStored } from "../require_stored.ts";
import { obtainSuccessor, type UpdateSettings } from "./succession.ts";

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
 * @param options How many are asked at once.
 * @returns What was found, in the order of the plugins.
 */
export async function checkForUpdates(
  repository: PluginRepository,
  install: UpdateSettings,
  options: CheckOptions = {},
): Promise<UpdateCheck[]> {
  const { signal, concurrency = 8 } = options;
  const lanes = Math.max(1, Math.floor(concurrency) || 1);
  return await Array.fromAsync(
    pooledMap(lanes, repository.list(), async ({ id, name, version }) => ({
      id,
      name,
      current: version,
      ...await check(() => {
        const old = requireStored(repository, "update", id);
        return obtainSuccessor(old, undefined, {
          ...install,
          signal,
          repository,
        });
      }),
    })),
  );
}

async function check(
  obtain: () => Promise<ObtainedPlugin | null>,
): Promise<Pick<UpdateCheck, "available" | "error">> {
  try {
    const next = await obtain();
    return { available: next?.row.version ?? null };
  } catch (error) {
    return { available: null, error: asPluginError(error) };
  }
}
