/**
 * Catches up with what somebody else did to the plugins in the same database.
 *
 * @module
 */
import { messageOf } from "../shared/errors.ts";
import type { LoadedPlugin, PluginRegistry } from "../execution/mod.ts";
import type { PluginLifecycle } from "../lifecycle/mod.ts";
import type { PluginRepository, StoredPlugin } from "../store/mod.ts";

/** What was caught up with. */
export interface SyncResult {
  /** The plugins whose code had changed, now running as it is stored. */
  readonly reloaded: number[];
  /** The plugins that were deleted, disabled or quarantined. */
  readonly unloaded: number[];
  /** The plugins whose changed code does not load; they run as before. */
  readonly errors: { pluginId: number; error: string }[];
}

/** What a sync works with. */
export interface StoreSyncParts {
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** What loads and unloads. */
  readonly lifecycle: PluginLifecycle;
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

  /** Reloads what changed, and unloads what is gone. */
  async run(): Promise<SyncResult> {
    const { repository, registry, lifecycle } = this.#parts;
    const rows = new Map(repository.list().map((row) => [row.id, row]));
    const result: SyncResult = { reloaded: [], unloaded: [], errors: [] };
    await Promise.all([...registry].map(async (plugin) => {
      const row = rows.get(plugin.id);
      if (row?.state !== "enabled") {
        lifecycle.unload(plugin.id);
        result.unloaded.push(plugin.id);
      } else if (hasChanged(plugin, row)) {
        await this.#reload(plugin.id, result);
      }
    }));
    return result;
  }

  async #reload(id: number, result: SyncResult): Promise<void> {
    try {
      await this.#parts.lifecycle.reload(id);
      result.reloaded.push(id);
    } catch (error) {
      result.errors.push({ pluginId: id, error: messageOf(error) });
    }
  }
}

/**
 * Whether what runs is not what is stored, or is no longer to run.
 *
 * @param plugin What runs.
 * @param row What is stored.
 * @returns Whether somebody else changed it.
 */
export function hasChanged(plugin: LoadedPlugin, row: StoredPlugin): boolean {
  return row.digest !== plugin.digest || row.version !== plugin.version ||
    row.state !== "enabled";
}
