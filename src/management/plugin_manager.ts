/**
 * What an operator does to plugins: save, install, delete. Each is done wholly
 * or not at all, and noted in the audit log.
 *
 * @module
 */
import { digestOf } from "../shared/digest.ts";
import { clip } from "../shared/text/clip.ts";
import { PluginError } from "../shared/errors.ts";
import { type ObtainedPlugin, validateRow } from "../install/mod.ts";
import type { PluginContributions } from "../plugin/contributions.ts";
import type {
  AuditAction,
  DBPluginSchema,
  PluginExtras,
  StoredPlugin,
} from "../store/mod.ts";
import { forgetUnwantedColumns } from "./install/forget_columns.ts";
import { failed, type OperationResult } from "./operation_result.ts";
import type { ActorOptions } from "./plugin_audit.ts";
import { requireStored } from "./require_stored.ts";
import { upgradesFrom } from "./install/version_swap.ts";
import type { ManagementServices } from "./management_services.ts";

/** What a manager works with. */
export type PluginManagerOptions = Pick<
  ManagementServices,
  | "repository"
  | "lifecycle"
  | "tables"
  | "settings"
  | "contributions"
  | "health"
  | "audit"
  | "atomically"
  | "announce"
>;

/** What is to be stored. */
interface Candidate {
  readonly row: DBPluginSchema;
  readonly extras: PluginExtras;
  readonly action: AuditAction;
  readonly actor?: string;
}

/** Saves, installs and deletes plugins. */
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
    const plugin = clip(nameOf(row), 200);
    const { update, actor } = options;
    const action = update ? "update" : "save";
    try {
      const valid = validateRow(row);
      return this.#store({ ...valid, action: "save", actor }, update);
    } catch (error) {
      this.#options.audit.refused({ action, actor, plugin }, error);
      return failed(`Cannot save plugin "${plugin}"`, error);
    }
  }

  /**
   * Stores a plugin that was obtained, and what a trial told of its code.
   *
   * @throws {PluginError} `STORE_FAILED` where its name is taken.
   */
  add(
    { row, extras }: ObtainedPlugin,
    { actor, contributions }: ActorOptions & {
      readonly contributions?: PluginContributions;
    },
  ): OperationResult {
    const candidate = { row, extras, action: "install", actor } as const;
    return this.#options.atomically(() => {
      const result = this.#store(candidate, false);
      if (contributions !== undefined) {
        this.#options.contributions
          .remember(digestOf(row.plugin), contributions);
      }
      return result;
    });
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
      if (purge && repository.get(id) === undefined && this.#left(id)) {
        return this.#purgeOrphans(id, actor);
      }
      const { name, version, digest } = requireStored(
        repository,
        "delete",
        id,
      );
      const files = atomically(() => {
        repository.delete(id);
        const detail = purge ? "purged" : null;
        audit.done({ ...deed, plugin: name, digestBefore: digest, detail });
        // Last, so that a plugin which cannot be deleted stays loaded, and
        // before its table goes, which `cleanup()` may want to write to.
        lifecycle.unload(id);
        if (!purge) return [];
        repository.forgetName(name);
        return this.#purge(id);
      });
      void tables.sweep(files);
      health.forget(id);
      this.#options.announce("plugin:deleted", { id, name, version });
      return { success: true, message: "Deleted Plugin", id };
    } catch (error) {
      audit.refused(deed, error);
      return failed(`Cannot delete plugin ${id}`, error, id);
    }
  }

  /** Takes a stored plugin for what it is now, whoever wrote it. */
  accept(id: number, { actor }: ActorOptions): OperationResult {
    const { repository, audit, health, atomically } = this.#options;
    const deed = { action: "accept", actor, pluginId: id } as const;
    try {
      const row = requireStored(repository, "accept", id);
      const { name, digest, plugin, granted } = row;
      atomically(() => {
        repository.accept(id);
        const digests = { digestBefore: digest, digestAfter: digestOf(plugin) };
        const detail = `granted ${JSON.stringify(granted)}`;
        audit.done({ ...deed, plugin: name, ...digests, detail });
      });
      health.forget(id);
      return { success: true, message: "Plugin accepted as it is stored", id };
    } catch (error) {
      audit.refused(deed, error);
      return failed(`Cannot accept plugin ${id}`, error, id);
    }
  }

  #purgeOrphans(id: number, actor: string | undefined): OperationResult {
    const { tables, audit, atomically } = this.#options;
    const detail = "purged what was left";
    const files = atomically(() => {
      const files = this.#purge(id);
      audit.done({ action: "delete", actor, pluginId: id, detail });
      return files;
    });
    void tables.sweep(files);
    return { success: true, message: "Deleted what the plugin left", id };
  }

  /** Whether a plugin that is gone has left anything behind. */
  #left(id: number): boolean {
    const { tables, settings } = this.#options;
    return tables.has(id) || settings.has(id);
  }

  #purge(id: number): number[] {
    const { tables, settings } = this.#options;
    settings.remove(id);
    return tables.purge(id);
  }

  #store(candidate: Candidate, update: boolean): OperationResult {
    const { lifecycle, health, atomically, announce } = this.#options;
    const { name, version } = candidate.row;
    const { id, isNew } = atomically(() => this.#write(candidate, update));
    if (isNew) {
      announce("plugin:installed", { id, name, version });
      return { success: true, message: "Plugin saved successfully", id };
    }
    lifecycle.unload(id);
    health.forget(id);
    announce("plugin:updated", { id, name, version });
    return { success: true, message: "Plugin updated successfully", id };
  }

  #write(
    candidate: Candidate,
    update: boolean,
  ): { id: number; isNew: boolean } {
    const { repository } = this.#options;
    const { row, extras } = candidate;
    const old = this.#find(row, update);
    if (old === undefined) {
      const id = repository.insert(row, extras);
      this.#noteStored(candidate, id, old);
      return { id, isNew: true };
    }
    if (!update) throw duplicate(row.name, old.id);
    const namesake = repository.findByName(row.name);
    if (namesake !== undefined && namesake.id !== old.id) {
      throw nameTaken(old, namesake);
    }
    repository.update(old.id, row, extras);
    if (old.version !== row.version || old.digest !== digestOf(row.plugin)) {
      repository.decide(old.id, { upgradeFrom: upgradesFrom(old) });
    }
    forgetUnwantedColumns(this.#options, old.id);
    this.#noteStored({ ...candidate, action: "update" }, old.id, old);
    return { id: old.id, isNew: false };
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
  try {
    const name = (row as { name?: unknown } | null | undefined)?.name;
    return typeof name === "string" ? name : "without a name";
  } catch {
    return "without a name";
  }
}

function nameTaken(old: StoredPlugin, { id, name }: StoredPlugin): PluginError {
  return new PluginError(
    "STORE_FAILED",
    `Cannot save plugin "${name}": plugin "${old.name}" cannot take this name, since plugin ${id} has it; choose another, or delete that one first`,
    { pluginId: old.id, status: 409 },
  );
}

/** The error of a plugin whose name another one has. */
export function duplicate(name: string, id: number): PluginError {
  return new PluginError(
    "STORE_FAILED",
    `Cannot save plugin "${name}": a plugin of this name is stored as ${id}; pass update to replace it, or delete it first`,
    { pluginId: id },
  );
}
