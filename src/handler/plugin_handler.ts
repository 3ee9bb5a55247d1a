/**
 * `PluginHandler`, in the words of its users. It opens the doors of the rooms
 * and holds no logic of its own.
 *
 * @module
 */
import {
  dispatchRoute,
  type EmitResult,
  type EventListener,
} from "../dispatch/mod.ts";
import { messageOf, PluginError } from "../shared/errors.ts";
import {
  type PluginHandlerOptions,
  type ResolvedOptions,
  resolveOptions,
} from "./options.ts";
import { ManagementMethods } from "./management_methods.ts";
import type {
  HookHandlers,
  PluginDefinition,
  PluginLogger,
  Row,
} from "../plugin/plugin.ts";
import { openRooms, type Rooms } from "./composition.ts";
import type { LoadedPlugin } from "../execution/mod.ts";
import { type DatabaseHandle, DB, type QueryBuilder } from "../sqlite/mod.ts";

/** What became of loading several plugins. */
export interface LoadResult {
  /** The ids of the plugins that were loaded, in the order asked. */
  readonly successes: number[];
  /** The others, in the order asked. */
  readonly errors: { pluginId: number; error: string }[];
}

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
export class PluginHandler extends ManagementMethods
  implements AsyncDisposable {
  readonly #db: DB;
  readonly #ownsDb: boolean;
  readonly #options: ResolvedOptions;
  readonly #rooms: Rooms;
  #closed: Promise<void> | undefined;

  /**
   * Opens a handler on a database; the handler's tables are made where they are
   * missing.
   *
   * @param db The database: a `DB`, an opened database of `node:sqlite` or
   * `@db/sqlite`, or a path (or `:memory:`) that the handler opens and closes.
   * @param options The settings; a list is the `loggerParents`.
   * @throws {PluginError} `STORE_FAILED` where the database cannot be used.
   */
  constructor(
    db: DB | DatabaseHandle | string,
    options: readonly string[] | PluginHandlerOptions = {},
  ) {
    const opened = openDatabase(db);
    const settings = resolveOptions(options);
    const rooms = openRooms(opened, settings);
    super(rooms);
    this.#ownsDb = opened !== db;
    this.#db = opened;
    this.#options = settings;
    this.#rooms = rooms;
  }

  /**
   * Loads every stored plugin that is enabled and not loaded yet.
   *
   * @returns Which are loaded, and why the others are not.
   * @throws {PluginError} `STORE_FAILED` where the handler is closed.
   */
  async loadAllPlugins(): Promise<LoadResult> {
    this.#refuseClosed();
    const { repository, lifecycle, registry } = this.#rooms;
    if (this.#options.safeMode) return { successes: [], errors: [] };
    const rows = repository.list()
      .filter(({ id, state }) => state === "enabled" && !registry.has(id));
    const ids = rows.map(({ id }) => id);
    return resultOf(
      ids,
      this.#options.activation === "lazy"
        ? await lifecycle.register(rows)
        : await lifecycle.load(ids),
    );
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
    return resultOf(ids, await this.#rooms.lifecycle.load(ids));
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
    const [outcome] = await this.#rooms.lifecycle.load([id]);
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
    const plugin = await this.#rooms.lifecycle.reload(id);
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
    return this.#rooms.lifecycle.unload(id);
  }

  /**
   * Unloads plugins.
   *
   * @param ids Which ones.
   * @returns Every id, since none is loaded any more.
   */
  unloadPlugins(ids: readonly number[]): LoadResult {
    for (const id of ids) this.unloadPlugin(id);
    return { successes: [...ids], errors: [] };
  }

  /** Unloads every plugin. */
  unloadAllPlugins(): void {
    this.unloadPlugins(this.getLoadedPlugins());
  }

  /** The ids of the loaded plugins. */
  getLoadedPlugins(): number[] {
    return this.#rooms.registry.ids();
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
    const plugin = this.#rooms.registry.get(id);
    return plugin === undefined
      ? Promise.reject(this.#notLoaded(id))
      : dispatchRoute(plugin, path, request, this.#options);
  }

  /** The API routes of all loaded plugins. */
  getAllPluginRoutes(): PluginRoutes[] {
    return [...this.#rooms.registry].map(({ name, contributions }) => ({
      plugin: name,
      routes: contributions.routes.map(({ key }) => key),
    }));
  }

  /**
   * Answers an HTTP request for `/plugins/<id or name>/routes/<path>`, from
   * whatever prefix it is mounted under.
   *
   * @param request The request.
   * @returns The response: what the last action returned, or problem details
   * (RFC 9457). It never rejects.
   */
  fetch(request: Request): Promise<Response> {
    return this.#rooms.gateway.fetch(request);
  }

  /**
   * Calls the hook of every loaded plugin for an event.
   *
   * @param event The event, in either dialect, or any other name.
   * @param payload What the hooks receive.
   * @returns How many hooks finished, and which failed; it never rejects.
   */
  emit(event: string, payload?: unknown): Promise<EmitResult> {
    return this.#rooms.events.emit(event, payload);
  }

  /**
   * Listens to an event on behalf of the host.
   *
   * @param event The event, in either dialect.
   * @param listener Called with the payload.
   * @returns Stops listening.
   */
  on(event: string, listener: EventListener): () => void {
    return this.#rooms.events.on(event, listener);
  }

  /** The hooks of all loaded plugins that have any, by plugin id. */
  getHookHandlers(): Map<number, HookHandlers> {
    return this.#rooms.events.handlers();
  }

  /**
   * The table and the logger of a loaded plugin.
   *
   * @param id The plugin.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`, `PLUGIN_NOT_LOADED`.
   */
  getServerHooks(id: number): ServerHooks {
    const { table, logger } = this.#loaded(id);
    return { table: table(), logger };
  }

  /** A builder for the `plugins` table itself. */
  getTable(): QueryBuilder<Row> {
    return this.#db.table<Row>("plugins", { JSON: ["author", "tags"] });
  }

  /**
   * Unloads every plugin, gives up what is being loaded, and closes the database
   * if the handler opened it. Errors that plugins' code causes from now on are
   * the host's again. A closed handler loads nothing: it says `STORE_FAILED`.
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

  async #close(): Promise<void> {
    await this.#rooms.lifecycle.close();
    this.#rooms.containment[Symbol.dispose]();
    if (this.#ownsDb) this.#db.close();
  }

  #loaded(id: number): LoadedPlugin {
    const plugin = this.#rooms.registry.get(id);
    if (plugin === undefined) throw this.#notLoaded(id);
    return plugin;
  }

  #notLoaded(id: number): PluginError {
    const stored = this.#rooms.repository.get(id) !== undefined;
    return new PluginError(
      stored ? "PLUGIN_NOT_LOADED" : "PLUGIN_NOT_FOUND",
      stored
        ? `Cannot use plugin ${id}: it is not loaded; call loadPlugin(${id}) first`
        : `Cannot use plugin ${id}: no such plugin is stored; see getAll()`,
      { pluginId: id },
    );
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

function openDatabase(db: DB | DatabaseHandle | string): DB {
  if (db instanceof DB) return db;
  return typeof db === "string" ? new DB(db) : DB.from(db);
}

function resultOf(
  ids: readonly number[],
  outcomes: readonly PromiseSettledResult<LoadedPlugin>[],
): LoadResult {
  const result: LoadResult = { successes: [], errors: [] };
  outcomes.forEach((outcome, index) => {
    const pluginId = ids[index]!;
    if (outcome.status === "fulfilled") result.successes.push(pluginId);
    else {
      result.errors.push({
        pluginId,
        error: `Could not load ${pluginId} - ${messageOf(outcome.reason)}`,
      });
    }
  });
  return result;
}
