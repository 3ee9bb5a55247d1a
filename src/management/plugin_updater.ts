/**
 * Puts another version in the place of a plugin: tried first, then swapped in
 * in one transaction, and taken back where it does not hold.
 *
 * @module
 */
import { digestOf } from "../digest.ts";
import { messageOf, PluginError } from "../errors.ts";
import {
  obtainChangedPlugin,
  type ObtainedPlugin,
  type ObtainOptions,
} from "../install/mod.ts";
import type {
  HealthBook,
  PluginAssembly,
  PluginLifecycle,
  PluginRegistry,
  PluginTables,
  PluginTrial,
} from "../runtime/mod.ts";
import type {
  DBPluginSchema,
  PluginExtras,
  PluginRepository,
  StoredPlugin,
  StoredPluginCode,
} from "../store/handler_tables.ts";
import { failed, type OperationResult } from "./operation_result.ts";
import type { ActorOptions, PluginAudit } from "./plugin_audit.ts";
import { requireStored } from "./require_stored.ts";
import { obtainSuccessor } from "./succession.ts";

/** What an updater works with. */
export interface PluginUpdaterOptions {
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** What loads and unloads. */
  readonly lifecycle: PluginLifecycle;
  /** What tries code. */
  readonly assembly: PluginAssembly;
  /** What makes tables. */
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

/** How one update is done. */
export interface UpdateOptions extends ActorOptions {
  /**
   * Whether an older version may take the place of a newer one.
   *
   * @default false
   */
  readonly allowDowngrade?: boolean;
  /** Cancels the download. */
  readonly signal?: AbortSignal;
  /** Called with each piece that arrives. */
  readonly onProgress?: ObtainOptions["onProgress"];
}

/** How long a new version is on probation. */
const PROBATION_MS = 60_000;

/** What is to take the place of a stored plugin. */
interface Successor {
  readonly row: DBPluginSchema;
  readonly extras: PluginExtras;
  readonly action: "update" | "rollback";
  readonly actor?: string;
}

/** Updates plugins and takes updates back. */
export class PluginUpdater {
  readonly #options: PluginUpdaterOptions;

  /**
   * @param options What it works with.
   */
  constructor(options: PluginUpdaterOptions) {
    this.#options = options;
  }

  /** Fetches a plugin's manifest again and swaps its new version in. */
  async update(
    id: number,
    url: string | undefined,
    options: UpdateOptions,
  ): Promise<OperationResult> {
    const { actor } = options;
    const deed = { action: "update", actor, pluginId: id, url } as const;
    try {
      const old = requireStored(this.#options.repository, "update", id);
      const { install } = this.#options;
      const next = await obtainSuccessor(old, url, { ...install, ...options });
      if (next === null) {
        return { success: true, message: "Plugin is up to date", id };
      }
      const { row, extras, warnings } = next;
      await this.#swap(old, { row, extras, action: "update", actor });
      const message = `Plugin updated to ${row.version}`;
      return { success: true, message, id, warnings };
    } catch (error) {
      this.#options.audit.refused({ ...deed, plugin: `${id}` }, error);
      return failed(`Cannot update plugin ${id}`, error, id);
    }
  }

  /** Puts an earlier version back. */
  async rollback(
    id: number,
    version: string,
    options: ActorOptions,
  ): Promise<OperationResult> {
    const { repository } = this.#options;
    const { actor } = options;
    const deed = { action: "rollback", actor, pluginId: id } as const;
    try {
      const old = requireStored(repository, "roll back", id);
      const kept = repository.version(id, version);
      if (kept === undefined) throw unknownVersion(old, version);
      const { row, extras } = kept;
      await this.#swap(old, { row, extras, action: "rollback", actor });
      const message = `Plugin rolled back to ${version}`;
      return { success: true, message, id };
    } catch (error) {
      this.#options.audit.refused({ ...deed, plugin: `${id}` }, error);
      return failed(`Cannot roll back plugin ${id}`, error, id);
    }
  }

  /**
   * Gives the place back to the version before, where the one that has it now
   * is on probation.
   *
   * @param id The plugin.
   * @param error What the new version did.
   * @returns Whether the old version is back.
   */
  takeBack(id: number, error: unknown): boolean {
    const { repository } = this.#options;
    const now = repository.get(id);
    if (now?.trialSince == null) return false;
    if (Date.now() - now.trialSince > PROBATION_MS) return false;
    const before = repository.versions(id)[0];
    if (before === undefined) return false;
    this.#return(now, before.version, error);
    return true;
  }

  async #swap(old: StoredPlugin, successor: Successor): Promise<void> {
    const { lifecycle, assembly, registry } = this.#options;
    const { row, extras } = successor;
    const digest = digestOf(row.plugin);
    await lifecycle.exclusive(old.id, async () => {
      const trial = await assembly.trial(
        { ...old, ...row, ...extras, id: old.id, digest } as StoredPluginCode,
      );
      const running = registry.has(old.id);
      try {
        this.#write(old, successor, () => running && trial.open());
      } catch (error) {
        await trial.discard();
        throw error;
      }
      if (running) await this.#start(old, row, trial);
      else await trial.discard();
    });
  }

  #write(old: StoredPlugin, successor: Successor, open: () => void): void {
    const { repository, audit, atomically } = this.#options;
    const { row, extras, action, actor } = successor;
    atomically(() => {
      repository.update(old.id, row, extras);
      repository.decide(old.id, { trialSince: Date.now() });
      if (action === "rollback") repository.forgetVersion(old.id, row.version);
      open();
      audit.done({
        action,
        actor,
        pluginId: old.id,
        plugin: row.name,
        url: extras.sourceUrl,
        digestBefore: old.digest,
        digestAfter: digestOf(row.plugin),
        detail: `${old.version} → ${row.version}`,
      });
    });
  }

  async #start(
    old: StoredPlugin,
    row: DBPluginSchema,
    trial: PluginTrial,
  ): Promise<void> {
    const { lifecycle, registry, health } = this.#options;
    try {
      const assembled = await trial.activate();
      if (!registry.has(old.id)) return await trial.discard();
      health.put(old.id, trial.health);
      lifecycle.replace(assembled);
    } catch (error) {
      await trial.discard().catch(() => {});
      const now = { ...old, version: row.version };
      this.#return(now, old.version, error);
      throw error;
    }
  }

  #return(now: StoredPlugin, version: string, error: unknown): void {
    const { repository, audit, atomically, tables, registry } = this.#options;
    const before = repository.version(now.id, version);
    if (before === undefined) return;
    atomically(() => {
      repository.update(now.id, before.row, before.extras);
      repository.decide(now.id, { trialSince: null });
      repository.forgetVersion(now.id, version);
      repository.forgetVersion(now.id, now.version);
      const running = registry.get(now.id);
      if (running?.version === version) tables.reopen(running);
      audit.done({
        action: "return",
        actor: "plugin-handler",
        pluginId: now.id,
        plugin: now.name,
        digestAfter: before.digest,
        detail: `${now.version} → ${version}: ${messageOf(error)}`,
      });
    });
  }
}

function unknownVersion(old: StoredPlugin, version: string): PluginError {
  return new PluginError(
    "PLUGIN_NOT_FOUND",
    `Cannot roll back plugin "${old.name}": version ${version} is not kept; see listVersions(${old.id})`,
    { pluginId: old.id },
  );
}
