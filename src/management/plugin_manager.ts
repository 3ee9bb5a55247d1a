/**
 * What an operator does to plugins: save, install, delete, disable, enable.
 * Each is done wholly or not at all, and noted in the audit log.
 *
 * @module
 */
import { digestOf } from "../digest.ts";
import { messageOf, PluginError } from "../errors.ts";
import {
  type FetchProgress,
  isRange,
  type ObtainOptions,
  obtainPlugin,
  validateRow,
} from "../install/mod.ts";
import type {
  HealthBook,
  PluginLifecycle,
  PluginTables,
} from "../runtime/mod.ts";
import type { AuditAction } from "../store/handler_tables.ts";
import type {
  DBPluginSchema,
  PluginExtras,
  PluginRepository,
  StoredPlugin,
} from "../store/handler_tables.ts";
import { failed, type OperationResult } from "./operation_result.ts";
import type { ActorOptions, PluginAudit } from "./plugin_audit.ts";
import { requireStored } from "./require_stored.ts";

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
  /** Where it is all noted. */
  readonly audit: PluginAudit;
  /** Runs several writes as one. */
  readonly atomically: <R>(writes: () => R) => R;
  /** How manifests are fetched and checked. */
  readonly install: ObtainOptions;
}

/** How one installation is watched and cancelled. */
export interface InstallCallOptions extends ActorOptions {
  /** Cancels it. */
  readonly signal?: AbortSignal;
  /** Called with each piece that arrives. */
  readonly onProgress?: (progress: FetchProgress) => void;
}

/** What is to be stored. */
interface Candidate {
  readonly row: DBPluginSchema;
  readonly extras: PluginExtras;
  readonly action: AuditAction;
  readonly actor?: string;
}

const DECISION_ACTIONS: Readonly<Record<StoredPlugin["state"], AuditAction>> = {
  enabled: "enable",
  disabled: "disable",
  quarantined: "quarantine",
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
  save(
    row: DBPluginSchema,
    options: ActorOptions & { update: boolean },
  ): OperationResult {
    const plugin = nameOf(row);
    const { update, actor } = options;
    const action = update ? "update" : "save";
    try {
      const valid = validateRow(row);
      return this.#store({ ...valid, action, actor }, update);
    } catch (error) {
      this.#options.audit.refused({ action, actor, plugin }, error);
      return failed(`Cannot save plugin "${plugin}"`, error);
    }
  }

  /** Fetches, verifies and saves what a manifest describes. */
  async install(
    url: string,
    options: InstallCallOptions,
  ): Promise<OperationResult> {
    const { actor, signal, onProgress } = options;
    const { install, audit } = this.#options;
    try {
      const { row, extras, warnings } = await obtainPlugin(url, {
        ...install,
        signal,
        onProgress,
      });
      const candidate = { row, extras, action: "install", actor } as const;
      return { ...this.#store(candidate, false), warnings };
    } catch (error) {
      const deed = { action: "install", actor, plugin: String(url) } as const;
      audit.refused({ ...deed, url: String(url) }, error);
      return failed(`Cannot install the plugin of "${url}"`, error);
    }
  }

  /** Unloads and deletes a plugin, its table too where `purge` says so. */
  delete(
    id: number,
    options: ActorOptions & { purge?: boolean },
  ): OperationResult {
    const { repository, lifecycle, tables, health, audit, atomically } =
      this.#options;
    const { purge = false, actor } = options;
    const deed = { action: "delete", actor, pluginId: id } as const;
    try {
      const { name, digest } = requireStored(repository, "delete", id);
      atomically(() => {
        repository.delete(id);
        const detail = purge ? "purged" : null;
        audit.done({ ...deed, plugin: name, digestBefore: digest, detail });
        // Last, so that a plugin which cannot be deleted stays loaded, and
        // before its table goes, which `cleanup()` may want to write to.
        lifecycle.unload(id);
        if (purge) tables.purge(id);
      });
      health.forget(id);
      return { success: true, message: "Deleted Plugin", id };
    } catch (error) {
      audit.refused({ ...deed, plugin: String(id) }, error);
      return failed(`Cannot delete plugin ${id}`, error, id);
    }
  }

  /** Unloads a plugin and keeps it from being loaded. */
  disable(
    id: number,
    options: ActorOptions & { reason?: string },
  ): OperationResult {
    const { reason = null, actor } = options;
    return this.#decide(id, { state: "disabled", reason, actor });
  }

  /** Sets aside a plugin that failed too often. */
  quarantine(id: number, error: unknown): OperationResult {
    const reason = messageOf(error);
    return this.#decide(id, {
      state: "quarantined",
      reason,
      actor: "plugin-handler",
    });
  }

  /** Lets a plugin be loaded again, its failures forgotten. */
  enable(id: number, options: ActorOptions): OperationResult {
    this.#options.health.forget(id);
    return this.#decide(id, { state: "enabled", reason: null, ...options });
  }

  /** Keeps a plugin's updates within a range of versions; `null` lifts it. */
  pin(
    id: number,
    range: string | null,
    options: ActorOptions,
  ): OperationResult {
    const { repository, audit, atomically } = this.#options;
    const deed = { action: "pin", pluginId: id, ...options } as const;
    try {
      const { name } = requireStored(repository, "pin", id);
      if (range !== null && !isRange(range)) throw badRange(name, range);
      atomically(() => {
        repository.decide(id, { pin: range });
        audit.done({ ...deed, plugin: name, detail: range });
      });
      return { success: true, message: `Plugin pinned to ${range}`, id };
    } catch (error) {
      audit.refused({ ...deed, plugin: `${id}` }, error);
      return failed(`Cannot pin plugin ${id}`, error, id);
    }
  }

  #decide(
    id: number,
    decision: Pick<StoredPlugin, "state" | "reason"> & ActorOptions,
  ): OperationResult {
    const { repository, lifecycle, audit, atomically } = this.#options;
    const { state, reason, actor } = decision;
    const action = DECISION_ACTIONS[state];
    try {
      const { name } = requireStored(repository, action, id);
      const deed = { action, actor, pluginId: id, plugin: name } as const;
      atomically(() => {
        repository.decide(id, { state, reason });
        audit.done({ ...deed, detail: reason });
      });
      if (state !== "enabled") lifecycle.unload(id);
      return { success: true, message: `Plugin is ${state}`, id };
    } catch (error) {
      audit.refused({ action, actor, pluginId: id, plugin: `${id}` }, error);
      return failed(`Cannot ${action} plugin ${id}`, error, id);
    }
  }

  #store(candidate: Candidate, update: boolean): OperationResult {
    const { repository, lifecycle, health, atomically } = this.#options;
    const { row, extras } = candidate;
    const old = this.#find(row, update);
    if (old !== undefined && !update) throw duplicate(row.name, old.id);
    const id = atomically(() => {
      if (old !== undefined) repository.update(old.id, row, extras);
      const id = old?.id ?? repository.insert(row, extras);
      this.#noteStored(candidate, id, old);
      return id;
    });
    if (old === undefined) {
      return { success: true, message: "Plugin saved successfully", id };
    }
    lifecycle.unload(id);
    health.forget(id);
    return { success: true, message: "Plugin updated successfully", id };
  }

  #noteStored(
    candidate: Candidate,
    id: number,
    old: StoredPlugin | undefined,
  ): void {
    const { row, extras, action, actor } = candidate;
    this.#options.audit.done({
      action,
      actor,
      pluginId: id,
      plugin: row.name,
      url: extras.sourceUrl,
      digestBefore: old?.digest,
      digestAfter: digestOf(row.plugin),
      detail: row.version,
    });
  }

  #find(row: DBPluginSchema, update: boolean): StoredPlugin | undefined {
    const { repository } = this.#options;
    const byId = update && row.id != null ? repository.get(row.id) : undefined;
    return byId ?? repository.findByName(row.name);
  }
}

function nameOf(row: unknown): string {
  const name = (row as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? name : "without a name";
}

function duplicate(name: string, id: number): PluginError {
  return new PluginError(
    "STORE_FAILED",
    `Cannot save plugin "${name}": a plugin of this name is stored as ${id}; pass update to replace it, or delete it first`,
    { pluginId: id },
  );
}

function badRange(name: string, range: string): PluginError {
  return new PluginError(
    "INVALID_MANIFEST",
    `Cannot pin plugin "${name}" to "${range}": that is no range of versions; write it as in ^1.2.0`,
  );
}
