/**
 * `PluginHandler`, in the words of its users: it hands every call on to the
 * service that does it, and holds no logic of its own.
 *
 * @module
 */
import { compose, type Services } from "./composition.ts";
import {
  type PluginHandlerOptions,
  type ResolvedOptions,
  resolveOptions,
} from "./options.ts";
import type {
  LifecycleEvent,
  LifecycleEventName,
} from "../plugin/lifecycle_event.ts";
import type { DescribedRoute } from "../plugin/described_route.ts";
import { requireRuntime } from "./require_runtime.ts";
import {
  type ActionResult,
  dispatchRoute,
  type EmitResult,
  type EventListener,
  type FrontendPage,
  type FrontendSummary,
  listedRoutes,
  type LoaderResult,
  type NavigationItem,
  type OpenApiDocument,
  openApiDocument,
  type OpenApiOptions,
  type PageContext,
  type PluginPages,
  type RouteLoaderResults,
} from "../dispatch/mod.ts";
import type { HealthReport } from "../execution/mod.ts";
import type { ManifestPermissions } from "../install/mod.ts";
import type {
  ActorOptions,
  CheckOptions,
  DiagnoseOptions,
  Finding,
  InstallCallOptions,
  InstallPluginOptions,
  InstallPreview,
  InstallPreviewOptions,
  ListedPlugin,
  ListedTable,
  LoadResult,
  OperationResult,
  PermissionReport,
  PluginStatus,
  PublicRoutesReport,
  SyncResult,
  TableRows,
  TableRowsQuery,
  UpdateCheck,
  UpdateOptions,
} from "../management/mod.ts";
import type {
  FrontendFragment,
  FrontendTemplate,
  HookHandlers,
  PluginDefinition,
  PluginLogger,
  ResolvedAction,
  ResolvedLoader,
  Row,
  ScheduleRun,
  ScheduleStatus,
  SettingsForm,
} from "../plugin/plugin.ts";
import { PluginError } from "../shared/errors.ts";
import { policyOf } from "./agent_policy.ts";
import { idOf } from "./plugin_id.ts";
import { type DatabaseHandle, DB, type QueryBuilder } from "../sqlite/mod.ts";
import type {
  AuditEntry,
  AuditQuery,
  DBPluginSchema,
  PluginVersion,
} from "../store/mod.ts";

/** The API routes of one plugin. */
export interface PluginRoutes {
  /** The plugin's name. */
  readonly plugin: string;
  /** Its paths and patterns. */
  readonly routes: string[];
}

/** What a plugin's hooks receive beside the payload. */
export interface ServerHooks {
  /** The plugin's table, or `null` where it declares none. */
  readonly table: QueryBuilder<Row> | null;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
}

/**
 * Installs, stores, loads and runs plugins.
 *
 * Permissions: `--allow-read` and `--allow-write` for the database file (none
 * for `:memory:`), `--allow-net` for the hosts that plugins are installed from.
 *
 * @example Save a plugin, load it, ask one of its routes
 * ```ts
 * import { PluginHandler } from "@dockstat/plugin-handler";
 * import { assertEquals } from "@std/assert";
 *
 * await using handler = new PluginHandler(":memory:");
 * const { id } = handler.savePlugin({
 *   name: "greeter",
 *   version: "1.0.0",
 *   repository: "https://github.com/user/greeter",
 *   manifest: "https://github.com/user/greeter/manifest.json",
 *   author: { name: "User" },
 *   plugin: `export default {
 *     config: {
 *       apiRoutes: { "/hello/:who": { method: "GET", actions: ["greet"] } },
 *       actions: { greet: ({ params }) => ({ hello: params.who }) },
 *     },
 *   }`,
 * });
 * await handler.loadPlugin(id!);
 *
 * const request = new Request("http://localhost/hello/world");
 * assertEquals(await handler.handleRoute(id!, "/hello/world", request), {
 *   hello: "world",
 * });
 * ```
 */
export class PluginHandler implements AsyncDisposable {
  readonly #db: DB;
  readonly #ownsDb: boolean;
  readonly #options: ResolvedOptions;
  readonly #services: Services;
  #closed: Promise<void> | undefined;

  /**
   * Opens a handler on a database; the handler's tables are made where they are
   * missing.
   *
   * @param db The database: a `DB`, an opened database of `node:sqlite` or
   * `@db/sqlite`, or a path (or `:memory:`) that the handler opens and closes.
   * @param options The settings; a list is the `loggerParents`.
   * @throws {PluginError} `INVALID_OPTIONS`, `UNSUPPORTED_RUNTIME` for a Deno
   * before 2.8.0, `STORE_FAILED` where the database cannot be used.
   */
  constructor(
    db: DB | DatabaseHandle | string,
    options: readonly string[] | PluginHandlerOptions = {},
  ) {
    requireRuntime();
    this.#options = resolveOptions(options);
    this.#db = openDatabase(db, this.#options);
    this.#ownsDb = this.#db !== db;
    this.#services = compose(this.#db, this.#options);
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
    return this.#services.manager.save(plugin, { ...options, update });
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
    return this.#services.manager.delete(idOf(id), options);
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
    return this.#services.decisions.disable(idOf(id), { ...options, reason });
  }

  /**
   * Lets a disabled or quarantined plugin be loaded again.
   *
   * @param id The plugin.
   * @param options Who acts.
   * @returns What became of it.
   */
  enablePlugin(id: number, options: ActorOptions = {}): OperationResult {
    return this.#services.decisions.enable(idOf(id), options);
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
    url: string | URL,
    options: InstallCallOptions = {},
  ): Promise<OperationResult> {
    return this.#services.installer.fromLink(url, options);
  }

  /**
   * Installs the plugin that a manifest in hand describes, such as an entry of
   * a repository's file in the original's form: its code is fetched from
   * `<repository>/<manifest>/bundle/index.js` by `repoType` where the manifest
   * does not hold it. The rest is as in
   * {@linkcode PluginHandler.installFromManifestLink}.
   *
   * @param metadata The manifest.
   * @param options Who acts, and whether to update the stored plugin of that
   * name.
   * @returns What became of it; it never rejects for bad input, and then
   * nothing is stored.
   *
   * @example Installing and updating what a repository lists
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assert, assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const entry = {
   *   name: "greeter",
   *   version: "1.0.0",
   *   repository: "user/plugins:main",
   *   repoType: "github",
   *   manifest: "content/greeter",
   *   author: { name: "User" },
   *   plugin: "export default { config: {} }",
   * };
   * assert((await handler.installPlugin(entry)).success);
   *
   * const next = { ...entry, version: "1.1.0" };
   * await handler.installPlugin(next, { update: true });
   * assertEquals(handler.getAll()[0]?.version, "1.1.0");
   * ```
   */
  installPlugin(
    metadata: unknown,
    options: InstallPluginOptions = {},
  ): Promise<OperationResult> {
    return this.#services.installer.fromMetadata(metadata, options);
  }

  /**
   * Takes a stored plugin for what it is now, whoever wrote it: its digest is
   * pinned, and it is sealed with `secretsKey`. A row that somebody else wrote
   * or changed is `INTEGRITY_MISMATCH` until then. Look at it first: its code
   * runs as it is.
   *
   * @param id The plugin.
   * @param options Who acts.
   * @returns What became of it.
   */
  acceptStoredPlugin(id: number, options: ActorOptions = {}): OperationResult {
    return this.#services.manager.accept(idOf(id), options);
  }

  /**
   * Shows what an installation would store, before anything is stored: who
   * publishes and signs it, what it asks for and what it contributes. Its code
   * is asked in a process without permissions, where one can be started.
   *
   * @param source The manifest's URL, or the manifest itself.
   * @param options A signal that cancels, and a stricter guard.
   * @throws {PluginError} What keeps the plugin from being fetched or verified,
   * as of {@linkcode PluginHandler.installFromManifestLink}; always as a
   * rejection.
   *
   * @example Looking before installing
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const preview = await handler.previewInstall({
   *   name: "weather",
   *   version: "1.0.0",
   *   repository: "https://github.com/user/weather",
   *   manifest: "https://github.com/user/weather/manifest.json",
   *   author: { name: "User" },
   *   plugin: "export default { config: {} }",
   *   permissions: { net: ["api.example.com"] },
   * });
   * assertEquals(preview.permissions, { net: ["api.example.com"] });
   * assertEquals(preview.signature, "unsigned");
   * assertEquals(handler.getAll(), []);
   * ```
   */
  async previewInstall(
    source: unknown,
    options: InstallPreviewOptions = {},
  ): Promise<InstallPreview> {
    return await this.#services.preview(source, options);
  }

  /**
   * The same for an update: what the manifest of a stored plugin describes now,
   * what it would ask for beyond what it asks for today, and why it would be
   * refused.
   *
   * @param id The plugin.
   * @param options A signal that cancels, and a stricter guard.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`, and as
   * {@linkcode PluginHandler.previewInstall}.
   */
  async previewUpdate(
    id: number,
    options: InstallPreviewOptions = {},
  ): Promise<InstallPreview> {
    return await this.#services.previewUpdate(idOf(id), options);
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
    url?: string | URL,
    options: UpdateOptions = {},
  ): Promise<OperationResult> {
    return this.#services.updater.update(idOf(id), url, options);
  }

  /**
   * Puts an earlier version of a plugin back, in the way of an update. Columns
   * that were dropped since come back with their values.
   *
   * @param id The plugin.
   * @param version One of {@linkcode PluginHandler.listVersions}, or the digest
   * of one, where several are kept of a version.
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
    return this.#services.updater.rollback(idOf(id), version, options);
  }

  /**
   * Asks the manifests of all plugins for new versions; nothing is stored.
   *
   * @param options How many are asked at once, and a signal that cancels.
   * @returns What was found, in the order of the ids.
   */
  async checkForUpdates(options: CheckOptions = {}): Promise<UpdateCheck[]> {
    const { repository, install } = this.#services;
    const { checkForUpdates } = await import(
      "../management/install/update_check.ts"
    );
    return await checkForUpdates(repository, install, options);
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
    return this.#services.decisions.pin(idOf(id), range, options);
  }

  /** All stored plugins, without their code. */
  getAll(): ListedPlugin[] {
    return this.#services.status.all();
  }

  /** What is installed, what is loaded, and what is odd about it. */
  getStatus(): PluginStatus {
    return this.#services.status.status();
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
      ? this.#services.status.healthOfAll()
      : this.#services.status.health(idOf(id));
  }

  /**
   * The earlier versions of a plugin that can be rolled back to, newest first.
   *
   * @param id The plugin.
   */
  listVersions(id: number): PluginVersion[] {
    return this.#services.repository.versions(idOf(id));
  }

  /**
   * What was done to the plugins, and what was refused, the newest first.
   *
   * @param query Which entries.
   * @throws {PluginError} `INVALID_REQUEST` for a moment or a number that is
   * none.
   */
  getAudit(query: AuditQuery = {}): AuditEntry[] {
    return this.#services.auditLog.list(query);
  }

  /**
   * Catches up with what another agent did to the plugins in the same database:
   * reloads what changed, unloads what was deleted or disabled, hands on changed
   * settings, and starts processes anew whose permissions changed. What is not
   * loaded here stays so. `getHealth(id).changedInStore` says what it is about.
   *
   * @returns What was caught up with.
   */
  syncFromStore(): Promise<SyncResult> {
    return this.#services.sync.run();
  }

  /**
   * Loads every stored plugin that is enabled and not loaded yet.
   *
   * @returns Which are loaded, and why the others are not.
   * @throws {PluginError} `STORE_FAILED` where the handler is closed.
   */
  async loadAllPlugins(): Promise<LoadResult> {
    this.#refuseClosed();
    await this.#keepPolicy();
    const { starter, follower } = this.#services;
    const result = await starter.loadAll();
    if (!this.#options.safeMode && this.#closed === undefined) follower.start();
    return result;
  }

  /**
   * Loads plugins; one that fails stops none of the others.
   *
   * @param ids Which ones.
   * @returns Which are loaded, and why the others are not.
   * @throws {PluginError} `LOAD_FAILED` in safe mode, `STORE_FAILED` where the
   * handler is closed.
   */
  async loadPlugins(ids: readonly number[]): Promise<LoadResult> {
    this.#refuseInSafeMode();
    this.#refuseClosed();
    return await this.#services.starter.load(ids.map(idOf));
  }

  /**
   * Loads a plugin. One that is registered, and not imported yet, is imported.
   *
   * @param id The plugin.
   * @returns What its module exports, with its id set.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`, `PLUGIN_ALREADY_LOADED`,
   * `LOAD_FAILED`, `LOAD_TIMEOUT`, `INVALID_PLUGIN`, `INTEGRITY_MISMATCH`,
   * `TABLE_NAME_TAKEN`, and `STORE_FAILED` where the handler is closed.
   */
  async loadPlugin(id: number): Promise<PluginDefinition> {
    this.#refuseInSafeMode();
    const [outcome] = await this.#services.lifecycle.load([idOf(id)]);
    if (outcome!.status === "rejected") throw outcome!.reason;
    return await outcome!.value.runner.activate();
  }

  /**
   * Loads a plugin anew, with fresh state. Requests under way finish on the old
   * instance; where the new one does not load, the old one stays.
   *
   * @param id The plugin.
   * @returns What the new instance exports.
   * @throws {PluginError} As {@linkcode PluginHandler.loadPlugin}.
   */
  async reloadPlugin(id: number): Promise<PluginDefinition> {
    this.#refuseInSafeMode();
    const plugin = await this.#services.lifecycle.reload(idOf(id));
    return await plugin.runner.activate();
  }

  /**
   * Unloads a plugin: its routes, hooks and pages are gone at once, then its
   * `cleanup()` is called.
   *
   * @param id The plugin.
   * @returns Whether it was loaded.
   */
  unloadPlugin(id: number): boolean {
    return this.#services.lifecycle.unload(idOf(id));
  }

  /**
   * Unloads plugins.
   *
   * @param ids Which ones.
   * @returns Every id, since none is loaded any more.
   */
  unloadPlugins(ids: readonly number[]): Omit<LoadResult, "skipped"> {
    for (const id of ids) this.unloadPlugin(id);
    return { successes: ids.map(idOf), errors: [] };
  }

  /** Unloads every plugin. */
  unloadAllPlugins(): void {
    this.unloadPlugins(this.getLoadedPlugins());
  }

  /** The ids of the loaded plugins. */
  getLoadedPlugins(): number[] {
    return this.#services.registry.ids();
  }

  /**
   * Runs the API route of a plugin.
   *
   * @param id The plugin.
   * @param path The path below the plugin.
   * @param request The request.
   * @returns What the route's last action returned.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`, `PLUGIN_NOT_LOADED`,
   * `ROUTE_NOT_FOUND`, `METHOD_NOT_ALLOWED`, `INVALID_BODY`, `BODY_TOO_LARGE`,
   * `VALIDATION_FAILED`, `ACTION_NOT_FOUND`, `ACTION_FAILED`,
   * `ACTION_TIMEOUT`; always as a rejection.
   */
  handleRoute(id: number, path: string, request: Request): Promise<unknown> {
    const plugin = this.#services.registry.get(
      typeof id === "number" ? id : idOf(id),
    );
    return plugin === undefined
      ? Promise.reject(this.#services.unavailable(idOf(id)))
      : dispatchRoute(plugin, path, request, this.#options);
  }

  /** The API routes of all loaded plugins. */
  getAllPluginRoutes(): PluginRoutes[] {
    return [...this.#services.registry].map(({ name, contributions }) => ({
      plugin: name,
      routes: [...new Set(contributions.routes.map(pathOf))],
    }));
  }

  /**
   * Answers an HTTP request for `/plugins/<id or name>/routes/<path>`, from
   * whatever prefix it is mounted under. It is bound: `Deno.serve(handler.fetch)`.
   *
   * @param request The request.
   * @returns The response: what the last action returned, or problem details
   * (RFC 9457). It never rejects.
   */
  readonly fetch = (request: Request): Promise<Response> =>
    this.#services.gateway.fetch(request);

  /**
   * Calls the hook of every loaded plugin for an event.
   *
   * @param event The event, in either dialect, or any other name.
   * @param payload What the hooks receive.
   * @param extra What comes beside it, for events of two arguments: such hooks
   * are called as `hook(payload, extra, { logger, table })`.
   * @returns How many hooks finished, and which failed; it never rejects.
   */
  emit(
    event: string,
    payload?: unknown,
    extra?: unknown,
  ): Promise<EmitResult> {
    return this.#services.events.emit(event, payload, extra);
  }

  /**
   * Listens to what becomes of plugins, on behalf of the host.
   *
   * @param event What becomes of them, such as `plugin:loaded`.
   * @param listener Called with which plugin it is, and why.
   * @returns Stops listening.
   *
   * @example Hearing of plugins that fail
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const seen: string[] = [];
   * handler.on("plugin:failed", ({ name, error }) => {
   *   seen.push(`${name} ${error?.code}`);
   * });
   * const { id } = handler.savePlugin({
   *   name: "broken",
   *   version: "1.0.0",
   *   repository: "https://github.com/user/broken",
   *   manifest: "https://github.com/user/broken/manifest.json",
   *   author: { name: "User" },
   *   plugin: `throw new Error("not today")`,
   * });
   * await handler.loadPlugins([id!]);
   * assertEquals(seen, ["broken LOAD_FAILED"]);
   * ```
   */
  on(
    event: LifecycleEventName,
    listener: (about: LifecycleEvent) => unknown,
  ): () => void;
  /**
   * Listens to an event on behalf of the host.
   *
   * @param event The event, in either dialect.
   * @param listener Called with the payload.
   * @returns Stops listening.
   */
  on(event: string, listener: EventListener): () => void;
  on(event: string, listener: (payload: never) => unknown): () => void {
    return this.#services.events.on(event, listener as EventListener);
  }

  /**
   * The routes of the loaded plugins, for a host that describes its API.
   *
   * @param id The plugin; all of them where it is left out.
   * @returns What each serves and takes. A plugin that is not loaded has none.
   */
  getRoutes(id?: number): DescribedRoute[] {
    const { registry } = this.#services;
    return listedRoutes(registry, id === undefined ? id : idOf(id));
  }

  /**
   * Describes the routes of the loaded plugins as an OpenAPI 3.1 document, from
   * the schemas that they check requests with. Schemas of libraries that give
   * no JSON Schema are left out; so is what they check.
   *
   * @param options What the document says beside the routes.
   * @returns The document, as plain data.
   *
   * @example Serving the document
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const { id } = handler.savePlugin({
   *   name: "notes",
   *   version: "1.0.0",
   *   repository: "https://example.com/notes",
   *   manifest: "https://example.com/notes/manifest.json",
   *   author: { name: "Developer" },
   *   plugin: `export default { config: {
   *     actions: { find: ({ params }) => params.id },
   *     apiRoutes: { "GET /notes/:id": { actions: ["find"], summary: "Finds" } },
   *   } };`,
   * });
   * await handler.loadPlugin(id!);
   * const { paths } = handler.getOpenApi({ title: "Notes" });
   * const at = "/plugins/notes/routes/notes/{id}";
   * assertEquals(paths[at]?.get?.summary, "Finds");
   * ```
   */
  getOpenApi(options: OpenApiOptions = {}): OpenApiDocument {
    return openApiDocument(this.getRoutes(options.id), options);
  }

  /**
   * The schedules of the loaded plugins.
   *
   * @param id The plugin; all of them where it is left out.
   * @returns When each runs next, and what became of its last run. A plugin that
   * is not loaded has none.
   */
  getSchedules(id?: number): ScheduleStatus[] {
    return this.#services.schedules.status(id === undefined ? id : idOf(id));
  }

  /**
   * Runs a schedule of a loaded plugin now, whenever it is due next. Where it is
   * under way, that run is waited for instead.
   *
   * @param id The plugin.
   * @param name The schedule's name.
   * @returns What became of the run; that it failed is told, not thrown.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`, `PLUGIN_NOT_LOADED`,
   * `SCHEDULE_NOT_FOUND`.
   *
   * @example Running what is due once an hour
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const { id } = await handler.savePlugin({
   *   name: "prune",
   *   version: "1.0.0",
   *   repository: "https://example.com/prune",
   *   manifest: "https://example.com/prune/manifest.json",
   *   author: { name: "Developer" },
   *   plugin: `export default { config: {
   *     actions: { prune: () => {} },
   *     schedules: { hourly: { every: "1h", actions: ["prune"] } },
   *   } };`,
   * });
   * await handler.loadPlugin(id!);
   * assertEquals((await handler.runSchedule(id!, "hourly")).ok, true);
   * assertEquals(handler.getSchedules(id)[0]?.lastRun?.ok, true);
   * ```
   */
  async runSchedule(id: number, name: string): Promise<ScheduleRun> {
    const plugin = this.#services.registry.get(idOf(id));
    if (plugin === undefined) throw this.#services.unavailable(idOf(id));
    return await this.#services.schedules.run(plugin, name);
  }

  /**
   * The hooks of all loaded plugins that have any, by plugin id. They go on to
   * work when a plugin is reloaded, updated or loaded again.
   *
   * What a hook throws is thrown to its caller; a rejection that nobody awaits
   * is logged as the plugin's, and does not end the process.
   */
  getHookHandlers(): Map<number, HookHandlers> {
    return this.#services.events.handlers();
  }

  /**
   * The table and the logger of a loaded plugin.
   *
   * @param id The plugin.
   * @returns Both; `undefined` for a plugin that is not loaded. The type does not
   * say so, since hosts written for the original do not ask.
   */
  getServerHooks(id: number): ServerHooks {
    const plugin = this.#services.registry.get(idOf(id));
    if (plugin === undefined) return undefined as unknown as ServerHooks;
    return { table: plugin.table(), logger: plugin.logger };
  }

  /**
   * The values of a plugin's settings; those that are not set have their
   * defaults. A secret is shown as `{ set: true }` or `{ set: false }`.
   *
   * @param id The plugin.
   * @returns The values by name.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`; `PLUGIN_NOT_LOADED` where nobody
   * knows its settings, since it was never loaded.
   */
  getSettings(id: number): Record<string, unknown> {
    return this.#services.pluginSettings.get(idOf(id));
  }

  /**
   * What a console needs to draw the form of a plugin's settings, as plain data.
   *
   * @param id The plugin.
   * @returns The fields; none where it declares no settings.
   * @throws {PluginError} As {@linkcode PluginHandler.getSettings}.
   */
  getSettingsForm(id: number): SettingsForm {
    return this.#services.pluginSettings.form(idOf(id));
  }

  /**
   * Changes settings of a plugin; those that are left out stay. They are checked,
   * kept, and handed to the plugin, whose hook on `settings:changed` is called.
   *
   * @param id The plugin.
   * @param values The values by name: `null` takes one back to its default, and a
   * secret as {@linkcode PluginHandler.getSettings} shows it stays as it is.
   * @param options Who acts.
   * @returns All values, as {@linkcode PluginHandler.getSettings}, once the plugin
   * has them.
   * @throws {ValidationError} `VALIDATION_FAILED`, with every issue by its path.
   * @throws {PluginError} `INVALID_OPTIONS` for a secret without `secretsKey`;
   * `PLUGIN_NOT_FOUND`, `PLUGIN_NOT_LOADED`.
   *
   * @example A setting with a default
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const { id } = handler.savePlugin({
   *   name: "greeter",
   *   version: "1.0.0",
   *   repository: "https://github.com/user/greeter",
   *   manifest: "https://github.com/user/greeter/manifest.json",
   *   author: { name: "User" },
   *   plugin: `export default {
   *     config: {
   *       settings: { greeting: { type: "string", default: "Hello" } },
   *       actions: { greet: ({ settings }) => settings.greeting },
   *       apiRoutes: { "/greet": { method: "GET", actions: ["greet"] } },
   *     },
   *   }`,
   * });
   * await handler.loadPlugin(id!);
   * assertEquals(handler.getSettings(id!), { greeting: "Hello" });
   *
   * await handler.setSettings(id!, { greeting: "Moin" });
   * const request = new Request("http://localhost/greet");
   * assertEquals(await handler.handleRoute(id!, "/greet", request), "Moin");
   * ```
   */
  setSettings(
    id: number,
    values: Readonly<Record<string, unknown>>,
    options: ActorOptions = {},
  ): Promise<Record<string, unknown>> {
    return this.#services.pluginSettings.set(idOf(id), values, options);
  }

  /**
   * Which permissions a plugin asks for, was granted, and so has where it runs
   * in a process of its own.
   *
   * @param id The plugin.
   * @returns All three, in Deno's terms.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`.
   */
  getPermissions(id: number): PermissionReport {
    return this.#services.grants.report(idOf(id));
  }

  /**
   * Grants permissions to a plugin, beside those that it has. It gets those
   * that its manifest asks for too.
   *
   * @param id The plugin.
   * @param permissions In Deno's terms, such as
   * `{ net: ["api.example.com:443"] }`.
   * @param options Who acts.
   * @returns What became of it.
   *
   * @example Granting less than a plugin asks for
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const weather = {
   *   name: "weather",
   *   version: "1.0.0",
   *   repository: "https://github.com/user/weather",
   *   manifest: "https://github.com/user/weather/manifest.json",
   *   author: { name: "User" },
   *   plugin: "export default {}",
   *   permissions: { net: ["api.example.com"], env: true },
   * };
   * handler.savePlugin(weather);
   * handler.grantPermissions(1, { net: ["api.example.com:443"] });
   * assertEquals(handler.getPermissions(1).effective, {
   *   net: ["api.example.com:443"],
   * });
   * ```
   */
  grantPermissions(
    id: number,
    permissions: ManifestPermissions,
    options: ActorOptions = {},
  ): OperationResult {
    return this.#services.grants.grant(idOf(id), permissions, options);
  }

  /**
   * Takes permissions back. Of a kind that was granted as a whole (`true`) no
   * part can be taken, so the whole is.
   *
   * @param id The plugin.
   * @param permissions Which; by default all that were granted.
   * @param options Who acts.
   * @returns What became of it.
   */
  revokePermissions(
    id: number,
    permissions?: ManifestPermissions,
    options: ActorOptions = {},
  ): OperationResult {
    return this.#services.grants.revoke(idOf(id), permissions, options);
  }

  /**
   * Sets which of a plugin's routes anybody may ask, signed in or not: those
   * that are in the list, and that the plugin declares as `public`. An empty list
   * takes it all back. The server heeds it; a host of its own asks
   * {@linkcode PluginHandler.isPublicRequest}.
   *
   * @param id The plugin.
   * @param paths The paths or patterns, as the plugin declares them.
   * @param options Who acts.
   * @returns What became of it.
   */
  allowPublicRoutes(
    id: number,
    paths: readonly string[],
    options: ActorOptions = {},
  ): OperationResult {
    return this.#services.publicRoutes.allow(idOf(id), paths, options);
  }

  /**
   * Which routes a plugin wants to be public, and which the operator allowed.
   *
   * @param id The plugin.
   * @returns The paths.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`.
   */
  getPublicRoutes(id: number): PublicRoutesReport {
    return this.#services.publicRoutes.report(idOf(id));
  }

  /**
   * Whether {@linkcode PluginHandler.fetch} may answer a request whoever asks.
   *
   * @param request The request.
   * @returns Whether its route is public, and allowed to be.
   */
  isPublicRequest(request: Request): boolean {
    return this.#services.gateway.isPublic(request);
  }

  /** The pages of all loaded plugins. */
  getAllFrontendRoutes(): FrontendPage[] {
    return this.#services.pages.getAllFrontendRoutes();
  }

  /** The loaded plugins that have pages, each with all that its pages share. */
  getFrontendRoutesByPlugin(): PluginPages[] {
    return this.#services.pages.getFrontendRoutesByPlugin();
  }

  /** How many pages there are. */
  getFrontendSummary(): FrontendSummary {
    return this.#services.pages.getFrontendSummary();
  }

  /** What a navigation shows, sorted by `navOrder`. */
  getFrontendNavigationItems(): NavigationItem[] {
    return this.#services.pages.getFrontendNavigationItems();
  }

  /**
   * Whether a plugin is loaded and has pages.
   *
   * @param id The plugin.
   */
  hasFrontendRoutes(id: number): boolean {
    return this.#services.pages.hasFrontendRoutes(idOf(id));
  }

  /**
   * One page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @returns The page, or `null` where there is none.
   */
  getFrontendRoute(id: number, path: string): FrontendPage | null {
    return this.#services.pages.getFrontendRoute(idOf(id), path);
  }

  /**
   * The template of a page, as the plugin wrote it.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @returns The template, or `null` where there is no such page.
   */
  getFrontendTemplate(id: number, path: string): FrontendTemplate | null {
    return this.#services.pages.getFrontendTemplate(idOf(id), path);
  }

  /**
   * The fragments that a plugin's pages share.
   *
   * @param id The plugin.
   */
  getSharedFragments(id: number): readonly FrontendFragment[] {
    return this.#services.pages.getSharedFragments(idOf(id));
  }

  /**
   * The loaders of a page: the plugin's global ones, the page's, then those of
   * its template whose ids are new.
   *
   * @param id The plugin.
   * @param path The page's path.
   */
  getRouteLoaders(id: number, path: string): ResolvedLoader[] {
    return this.#services.pages.getRouteLoaders(idOf(id), path);
  }

  /**
   * The actions of a page, in the same order.
   *
   * @param id The plugin.
   * @param path The page's path.
   */
  getRouteActions(id: number, path: string): ResolvedAction[] {
    return this.#services.pages.getRouteActions(idOf(id), path);
  }

  /**
   * One loader of a page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param loaderId The loader's id.
   * @returns The loader, or `null` where there is none.
   */
  getLoader(
    id: number,
    path: string,
    loaderId: string,
  ): ResolvedLoader | null {
    return this.#services.pages.getLoader(idOf(id), path, loaderId);
  }

  /**
   * One action of a page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param actionId The action's id.
   * @returns The action, or `null` where there is none.
   */
  getAction(
    id: number,
    path: string,
    actionId: string,
  ): ResolvedAction | null {
    return this.#services.pages.getAction(idOf(id), path, actionId);
  }

  /**
   * Runs all loaders of a page side by side; one that fails is reported and
   * does not fail the others.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param context The page's state, for bindings.
   * @returns The results, and the state and data that they make.
   */
  executeRouteLoaders(
    id: number,
    path: string,
    context?: PageContext,
  ): Promise<RouteLoaderResults> {
    return this.#services.pageRunner.executeRouteLoaders(
      idOf(id),
      path,
      context,
    );
  }

  /**
   * Runs one loader of a page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param loaderId The loader's id.
   * @param context The page's state, for bindings.
   * @returns What became of it, or `null` where there is no such loader; it never
   * rejects.
   */
  executeLoader(
    id: number,
    path: string,
    loaderId: string,
    context?: PageContext,
  ): Promise<LoaderResult | null> {
    return this.#services.pageRunner.executeLoader(
      idOf(id),
      path,
      loaderId,
      context,
    );
  }

  /**
   * Runs an action of a page.
   *
   * @param id The plugin.
   * @param path The page's path.
   * @param actionId The action's id.
   * @param context The page's state and the widget's payload, for bindings.
   * @returns What became of it, and what the client shall do, or `null` where
   * there is no such action; it never rejects.
   */
  executeAction(
    id: number,
    path: string,
    actionId: string,
    context?: PageContext,
  ): Promise<ActionResult | null> {
    return this.#services.pageRunner.executeAction(
      idOf(id),
      path,
      actionId,
      context,
    );
  }

  /** The tables of plugins, also of those that were deleted without `purge`. */
  listTables(): ListedTable[] {
    return this.#services.browser.list();
  }

  /**
   * Rows of a plugin's table, as JSON can hold them.
   *
   * @param table The table's name.
   * @param query Which rows.
   * @throws {PluginError} `INVALID_REQUEST` where no plugin has it,
   * `STORE_FAILED` where it cannot be read.
   */
  readTable(table: string, query: TableRowsQuery = {}): TableRows {
    return this.#services.browser.rows(table, query);
  }

  /**
   * Looks the database and the machine over: file, log, integrity, schema,
   * permissions, disk, clock, the Docker Engine, and which plugins are set
   * aside, and why. Never rejects: what cannot be looked at is `unknown`.
   *
   * @param options What to look at beside the database.
   */
  async diagnose(options: DiagnoseOptions = {}): Promise<Finding[]> {
    const plugins = Object.values(this.getHealth());
    const { driver } = this.#db;
    const { diagnose } = await import("../management/doctor.ts");
    return await diagnose({ driver, plugins }, options);
  }

  /** The database that the handler works on. */
  get database(): DB {
    return this.#db;
  }

  /** A builder for the `plugins` table itself. */
  getTable(): QueryBuilder<Row> {
    return this.#db.table<Row>("plugins", { JSON: ["author", "tags"] });
  }

  /**
   * Unloads every plugin, gives up what is being loaded, and closes the database
   * if the handler opened it. What plugins' code leaves behind, such as timers,
   * goes on, and its errors do not end the process. A closed handler loads
   * nothing: it says `STORE_FAILED`.
   *
   * @returns The same promise every time, settled once every `cleanup()` is done
   * or out of time.
   */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  /** The same as {@linkcode PluginHandler.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A database that is read-only keeps the policy that it has. */
  async #keepPolicy(): Promise<void> {
    const policy = await policyOf(this.#options);
    try {
      this.#services.policy.write(policy);
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
    }
  }

  async #close(): Promise<void> {
    this.#services.follower[Symbol.dispose]();
    this.#services.schedules[Symbol.dispose]();
    this.#services.breaker[Symbol.dispose]();
    await this.#services.lifecycle.close();
    const { containment, monitor, processes, tables } = this.#services;
    await processes.close();
    await tables.close();
    containment[Symbol.dispose]();
    monitor[Symbol.dispose]();
    if (this.#ownsDb) this.#db.close();
  }

  #refuseClosed(): void {
    if (this.#closed === undefined) return;
    throw new PluginError(
      "STORE_FAILED",
      "Cannot load plugins: the handler is closed; open it again with new PluginHandler()",
    );
  }

  #refuseInSafeMode(): void {
    if (!this.#options.safeMode) return;
    throw new PluginError(
      "LOAD_FAILED",
      "Cannot load plugins: the handler runs in safe mode; start it without safeMode",
    );
  }
}

/** The path as the plugin declared it, without the method of its key. */
function pathOf({ key, path }: { key: string; path: string }): string {
  return key.includes(" ") && key.endsWith(path) ? path : key;
}

function openDatabase(
  db: DB | DatabaseHandle | string,
  { busyTimeoutMs }: ResolvedOptions,
): DB {
  if (db instanceof DB) return db;
  if (typeof db !== "string") return DB.from(db);
  const timeout = Math.min(Math.round(busyTimeoutMs), 2 ** 31 - 1);
  return new DB(db, { busyTimeoutMs: timeout });
}
