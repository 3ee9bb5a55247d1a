/**
 * Catches up with what somebody else did to the plugins in the same database.
 *
 * @module
 */
import { messageOf } from "../shared/errors.ts";
import type { LoadedPlugin } from "../execution/mod.ts";
import type { StoredPlugin } from "../store/mod.ts";
import { effectivePermissions } from "./permission_grants.ts";
import type { PluginSettings } from "./plugin_settings.ts";
import type { ManagementServices } from "./management_services.ts";

/** What was caught up with. */
export interface SyncResult {
  /** The plugins whose code had changed, now running as it is stored. */
  readonly reloaded: number[];
  /** The plugins that were deleted, disabled or quarantined. */
  readonly unloaded: number[];
  /** The plugins that were handed changed settings. */
  readonly configured: number[];
  /** The plugins whose process is started anew, with changed permissions. */
  readonly restarted: number[];
  /**
   * The plugins whose changed code does not load, or that do not take their
   * changed settings; they run as before.
   */
  readonly errors: { pluginId: number; error: string }[];
}

/** What a sync works with. */
export interface StoreSyncParts
  extends Pick<ManagementServices, "repository" | "registry" | "lifecycle"> {
  /** What hands settings on. */
  readonly settings: Pick<PluginSettings, "catchUp">;
}

/** Catches up with the store. */
export class StoreSync {
  readonly #parts: StoreSyncParts;

  /**
   * @param parts What it works with.
   */
  constructor(parts: StoreSyncParts) {
    this.#parts = parts;
  }

  /** Catches up with all plugins that run. */
  async run(): Promise<SyncResult> {
    const { repository, registry } = this.#parts;
    const rows = new Map(repository.list().map((row) => [row.id, row]));
    const result: SyncResult = {
      reloaded: [],
      unloaded: [],
      configured: [],
      restarted: [],
      errors: [],
    };
    await Promise.all([...registry].map(async (plugin) => {
      try {
        await this.#catchUp(plugin, rows.get(plugin.id), result);
      } catch (error) {
        const { id: pluginId } = plugin;
        result.errors.push({ pluginId, error: messageOf(error) });
      }
    }));
    return result;
  }

  async #catchUp(
    plugin: LoadedPlugin,
    row: StoredPlugin | undefined,
    { reloaded, unloaded, configured, restarted }: SyncResult,
  ): Promise<void> {
    const { id, runner } = plugin;
    const { lifecycle, settings } = this.#parts;
    if (row?.state !== "enabled") {
      lifecycle.unload(id);
      unloaded.push(id);
    } else if (hasChanged(plugin, row)) {
      await lifecycle.reload(id);
      reloaded.push(id);
    } else {
      if (runner.isOutdated?.(effectivePermissions(row))) {
        runner.restart?.();
        restarted.push(id);
      }
      if (await settings.catchUp(id)) configured.push(id);
    }
  }
}

/**
 * Whether what runs is not what is stored, or is no longer to run.
 *
 * @returns Whether somebody else changed it.
 */
export function hasChanged(plugin: LoadedPlugin, row: StoredPlugin): boolean {
  return row.digest !== plugin.digest || row.version !== plugin.version ||
    row.state !== "enabled";
}
