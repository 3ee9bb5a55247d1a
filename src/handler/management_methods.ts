/**
 * The part of `PluginHandler` that concerns what is installed.
 *
 * @module
 */
import {
  PermissionMethods,
  type PermissionRooms,
} from "./permission_methods.ts";
import type { ObtainOptions } from "../install/mod.ts";
import {
  type ActorOptions,
  checkForUpdates,
  type CheckOptions,
  type InstallCallOptions,
  type OperationResult,
  type PluginDecisionMaker,
  type PluginManager,
  type PluginStatus,
  type PluginStatusReader,
  type PluginUpdater,
  type StoreSync,
  type SyncResult,
  type UpdateCheck,
  type UpdateOptions,
} from "../management/mod.ts";
import type { HealthReport } from "../execution/mod.ts";
import type {
  AuditEntry,
  AuditLog,
  AuditQuery,
  DBPluginSchema,
  PluginRepository,
  PluginRow,
  PluginVersion,
} from "../store/mod.ts";

/** What the methods below hand on to. */
export interface ManagementRooms extends PermissionRooms {
  /** Where plugins are kept. */
  readonly repository: PluginRepository;
  /** What was done to them. */
  readonly auditLog: AuditLog;
  /** What saves, installs and deletes. */
  readonly manager: PluginManager;
  /** What disables, enables and pins. */
  readonly decisions: PluginDecisionMaker;
  /** What updates and rolls back. */
  readonly updater: PluginUpdater;
  /** What tells about it all. */
  readonly status: PluginStatusReader;
  /** What catches up with others on the same database. */
  readonly sync: StoreSync;
  /** How manifests are fetched and checked. */
  readonly install: ObtainOptions;
}

/** The methods of a handler that concern what is installed. */
export abstract class ManagementMethods extends PermissionMethods {
  readonly #rooms: ManagementRooms;

  /**
   * Keeps what the methods hand on to.
   *
   * @param rooms What the methods hand on to.
   */
  constructor(rooms: ManagementRooms) {
    super(rooms);
    this.#rooms = rooms;
  }

  /**
   * Saves a plugin.
   *
   * @param plugin The row; `description`, `tags` and `repoType` are optional.
   * @param update Whether to replace the stored plugin with the same `id`, else
   * the same `name`. It keeps its id, the old version goes to the history, and
   * a loaded plugin is unloaded.
   * @param options Who acts.
   * @returns What became of it; bad input never throws.
   */
  savePlugin(
    plugin: DBPluginSchema,
    update = false,
    options: ActorOptions = {},
  ): OperationResult {
    return this.#rooms.manager.save(plugin, { ...options, update });
  }

  /**
   * Unloads and deletes a plugin.
   *
   * @param id The plugin.
   * @param options With `purge` its own table is dropped too; otherwise the
   * table stays, `getStatus().orphans` lists it, and the plugin finds it again
   * when it is installed again. Deleting it once more, with `purge`, drops it.
   * @returns What became of it.
   */
  deletePlugin(
    id: number,
    options: ActorOptions & { purge?: boolean } = {},
  ): OperationResult {
    return this.#rooms.manager.delete(id, options);
  }

  /**
   * Unloads a plugin and keeps it from being loaded, across restarts.
   *
   * @param id The plugin.
   * @param reason Why, for those who ask later.
   * @param options Who acts.
   * @returns What became of it.
   */
  disablePlugin(
    id: number,
    reason?: string,
    options: ActorOptions = {},
  ): OperationResult {
    return this.#rooms.decisions.disable(id, { ...options, reason });
  }

  /**
   * Lets a disabled or quarantined plugin be loaded again.
   *
   * @param id The plugin.
   * @param options Who acts.
   * @returns What became of it.
   */
  enablePlugin(id: number, options: ActorOptions = {}): OperationResult {
    return this.#rooms.decisions.enable(id, options);
  }

  /**
   * Fetches, verifies and saves the plugin that a manifest describes.
   *
   * @param url The manifest, JSON or YAML.
   * @param options Who acts, a signal that cancels, a callback for progress.
   * @returns What became of it; it never rejects for bad input, and then
   * nothing is stored.
   */
  installFromManifestLink(
    url: string,
    options: InstallCallOptions = {},
  ): Promise<OperationResult> {
    return this.#rooms.manager.install(url, options);
  }

  /**
   * Fetches a plugin's manifest again and puts its new version in the place of
   * the stored one: fetched, verified and tried first, then swapped in, in one
   * transaction. A plugin that is loaded goes on in its new version, requests
   * under way finish on the old one. A failure at any step leaves the old
   * version stored and running; a new version that is quarantined within its
   * first minute gives its place back. A version that asks for more permissions
   * is refused until they are granted. That the old version was quarantined is
   * forgotten; a disabled plugin stays disabled.
   *
   * @param id The plugin.
   * @param url The manifest; by default the one that it was installed from.
   * @param options Who acts, whether a downgrade is meant.
   * @returns What became of it; it never rejects.
   */
  updateFromManifestLink(
    id: number,
    url?: string,
    options: UpdateOptions = {},
  ): Promise<OperationResult> {
    return this.#rooms.updater.update(id, url, options);
  }

  /**
   * Puts an earlier version of a plugin back, in the way of an update. Columns
   * that were dropped since come back with their values.
   *
   * @param id The plugin.
   * @param version One of {@linkcode PluginHandler.listVersions}.
   * @param options Who acts.
   * @returns What became of it; it never rejects.
   *
   * @example Going back to what worked yesterday
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const repository = "https://github.com/user/greeter";
   * const manifest = `${repository}/manifest.json`;
   * const greeter = { name: "greeter", repository, manifest, author: {} };
   * const plugin = "export default { config: {} }";
   * handler.savePlugin({ ...greeter, version: "1.0.0", plugin });
   * handler.savePlugin({ ...greeter, version: "2.0.0", plugin }, true);
   *
   * await handler.rollbackPlugin(1, "1.0.0", { actor: "ada" });
   * assertEquals(handler.getAll()[0]?.version, "1.0.0");
   * assertEquals(handler.listVersions(1)[0]?.version, "2.0.0");
   * assertEquals(handler.getAudit()[0]?.actor, "ada");
   * ```
   */
  rollbackPlugin(
    id: number,
    version: string,
    options: ActorOptions = {},
  ): Promise<OperationResult> {
    return this.#rooms.updater.rollback(id, version, options);
  }

  /**
   * Asks the manifests of all plugins for new versions; nothing is stored.
   *
   * @param options How many are asked at once, and a signal that cancels.
   * @returns What was found, in the order of the ids.
   */
  checkForUpdates(options: CheckOptions = {}): Promise<UpdateCheck[]> {
    const { repository, install } = this.#rooms;
    return checkForUpdates(repository, install, options);
  }

  /**
   * Keeps a plugin's updates within a range of versions.
   *
   * @param id The plugin.
   * @param range The range, such as `^1.2.0`; `null` lifts it.
   * @param options Who acts.
   * @returns What became of it.
   */
  pinPlugin(
    id: number,
    range: string | null,
    options: ActorOptions = {},
  ): OperationResult {
    return this.#rooms.decisions.pin(id, range, options);
  }

  /** All stored plugins, without their code. */
  getAll(): PluginRow[] {
    return this.#rooms.status.all();
  }

  /** What is installed, what is loaded, and what is odd about it. */
  getStatus(): PluginStatus {
    return this.#rooms.status.status();
  }

  /** How every plugin is doing, by id. */
  getHealth(): Record<number, HealthReport>;
  /**
   * How a plugin is doing.
   *
   * @param id The plugin.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`.
   */
  getHealth(id: number): HealthReport;
  getHealth(id?: number): HealthReport | Record<number, HealthReport> {
    return id === undefined
      ? this.#rooms.status.healthOfAll()
      : this.#rooms.status.health(id);
  }

  /**
   * The earlier versions of a plugin that can be rolled back to, newest first.
   *
   * @param id The plugin.
   */
  listVersions(id: number): PluginVersion[] {
    return this.#rooms.repository.versions(id);
  }

  /**
   * What was done to the plugins, and what was refused, the newest first.
   *
   * @param query Which entries.
   * @throws {PluginError} `INVALID_REQUEST` for a moment or a number that is
   * none.
   */
  getAudit(query: AuditQuery = {}): AuditEntry[] {
    return this.#rooms.auditLog.list(query);
  }

  /**
   * Catches up with what another agent did to the plugins in the same database:
   * reloads what changed, unloads what was deleted or disabled. What is not
   * loaded here stays so. `getHealth(id).changedInStore` says what it is about.
   *
   * @returns What was caught up with.
   */
  syncFromStore(): Promise<SyncResult> {
    return this.#rooms.sync.run();
  }
}
