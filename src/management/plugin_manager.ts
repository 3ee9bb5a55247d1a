/**
 * What an operator does to plugins: save, install, delete, disable, enable.
 * Each is done wholly or not at all.
 *
 * @module
 */
import { PluginError } from "../errors.ts";
import {
  type InstallOptions,
  obtainPlugin,
  validateRow,
} from "../install/mod.ts";
import type {
  HealthBook,
  PluginLifecycle,
  PluginTables,
} from "../runtime/mod.ts";
import type {
  DBPluginSchema,
  PluginExtras,
  PluginRepository,
  StoredPlugin,
} from "../store/plugin_repository.ts";
import { failed, type OperationResult } from "./operation_result.ts";

/** What a manager works with. */
export interface PluginManagerOptions {
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** What loads and unloads. */
  readonly lifecycle: PluginLifecycle;
  /** What makes and drops tables. */
  readonly tables: PluginTables;
  /** How the plugins are doing. */
  readonly health: HealthBook;
  /** Runs several writes as one. */
  readonly atomically: (writes: () => void) => void;
  /** How manifests are fetched and checked. */
  readonly install: InstallOptions;
}

const PLAIN: PluginExtras = {
  language: "javascript",
  manifestFields: {},
  sourceUrl: null,
  etag: null,
  signature: "unsigned",
};

/** Does what an operator asks for. */
export class PluginManager {
  readonly #options: PluginManagerOptions;

  /**
   * @param options What it works with.
   */
  constructor(options: PluginManagerOptions) {
    this.#options = options;
  }

  /** Saves a plugin, or with `update` puts it in the place of the stored one. */
  save(row: DBPluginSchema, update: boolean): OperationResult {
    const name = String(row?.name ?? row?.id ?? "without a name");
    try {
      const { row: valid, extras } = validateRow(row);
      return this.#store(valid, { ...PLAIN, ...extras }, update);
    } catch (error) {
      return failed(`Cannot save plugin "${name}"`, error);
    }
  }

  /** Fetches, verifies and saves what a manifest describes. */
  async install(url: string): Promise<OperationResult> {
    try {
      const { row, extras, warnings } = await obtainPlugin(
        url,
        this.#options.install,
      );
      return { ...this.#store(row, extras, false), warnings };
    } catch (error) {
      return failed(`Cannot install the plugin of "${url}"`, error);
    }
  }

  /** Unloads and deletes a plugin, its table too where `purge` says so. */
  delete(id: number, purge: boolean): OperationResult {
    const { repository, lifecycle, tables, health, atomically } = this.#options;
    try {
      if (repository.get(id) === undefined) throw notFound("delete", id);
      lifecycle.unload(id);
      atomically(() => {
        if (purge) tables.purge(id);
        repository.delete(id);
      });
      health.forget(id);
      return { success: true, message: "Deleted Plugin", id };
    } catch (error) {
      return failed(`Cannot delete plugin ${id}`, error);
    }
  }

  /** Unloads a plugin and keeps it from being loaded. */
  disable(id: number, reason?: string): OperationResult {
    return this.#decide(id, "disabled", reason ?? null);
  }

  /** Sets aside a plugin that failed too often. */
  quarantine(id: number, error: unknown): OperationResult {
    const reason = error instanceof Error ? error.message : String(error);
    return this.#decide(id, "quarantined", reason);
  }

  /** Lets a plugin be loaded again, its failures forgotten. */
  enable(id: number): OperationResult {
    this.#options.health.forget(id);
    return this.#decide(id, "enabled", null);
  }

  #decide(
    id: number,
    state: StoredPlugin["state"],
    reason: string | null,
  ): OperationResult {
    const { repository, lifecycle } = this.#options;
    try {
      if (repository.get(id) === undefined) throw notFound("change", id);
      repository.decide(id, { state, reason });
      if (state !== "enabled") lifecycle.unload(id);
      return { success: true, message: `Plugin is ${state}`, id };
    } catch (error) {
      return failed(`Cannot make plugin ${id} ${state}`, error, id);
    }
  }

  #store(
    row: DBPluginSchema,
    extras: PluginExtras,
    update: boolean,
  ): OperationResult {
    const { repository, lifecycle, health } = this.#options;
    const old = this.#find(row, update);
    if (old === undefined) {
      const id = repository.insert(row, extras);
      return { success: true, message: "Plugin saved successfully", id };
    }
    if (!update) throw duplicate(row.name, old.id);
    repository.update(old.id, row, extras);
    lifecycle.unload(old.id);
    health.forget(old.id);
    return {
      success: true,
      message: "Plugin updated successfully",
      id: old.id,
    };
  }

  #find(row: DBPluginSchema, update: boolean): StoredPlugin | undefined {
    const { repository } = this.#options;
    const byId = update && row.id != null ? repository.get(row.id) : undefined;
    return byId ?? repository.findByName(row.name);
  }
}

function duplicate(name: string, id: number): PluginError {
  return new PluginError(
    "STORE_FAILED",
    `Cannot save plugin "${name}": a plugin of this name is stored as ${id}; pass update to replace it, or delete it first`,
    { pluginId: id },
  );
}

function notFound(act: string, id: number): PluginError {
  return new PluginError(
    "PLUGIN_NOT_FOUND",
    `Cannot ${act} plugin ${id}: no such plugin is stored; see getAll()`,
    { pluginId: id },
  );
}
