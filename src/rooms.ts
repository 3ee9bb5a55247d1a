/**
 * Opens the rooms of a handler and connects their doors.
 *
 * @module
 */
import type { Logger } from "@logtape/logtape";
import {
  dispatchRoute,
  FrontendPages,
  FrontendRunner,
  Gateway,
  PluginEvents,
} from "./dispatch/mod.ts";
import type { ResolvedOptions } from "./handler_options.ts";
import type { ManagementRooms } from "./handler_management.ts";
import { nameStack, PluginLoader, readableStack } from "./loader/mod.ts";
import { handlerLogger } from "./logging.ts";
import {
  effectivePermissions,
  PermissionGrants,
  PluginAudit,
  PluginDecisionMaker,
  PluginGuard,
  PluginManager,
  PluginStatusReader,
  PluginUpdater,
  StoreSync,
  VersionSwap,
} from "./management/mod.ts";
import {
  HealthBook,
  type LoadedPlugin,
  PluginAssembly,
  PluginLifecycle,
  PluginRegistry,
  PluginTables,
} from "./runtime/mod.ts";
import { SandboxPlace } from "./sandbox/mod.ts";
import {
  AuditLog,
  ContributionStore,
  KeptColumns,
  type PluginRepository,
  SqlitePluginRepository,
  TableOwners,
} from "./store/handler_tables.ts";
import type { DB } from "./store/mod.ts";

/** The rooms of one handler. */
export interface Rooms extends ManagementRooms {
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** What loads and unloads. */
  readonly lifecycle: PluginLifecycle;
  /** What hands out events. */
  readonly events: PluginEvents;
  /** What answers HTTP requests. */
  readonly gateway: Gateway;
  /** What catches errors that plugins cause outside of any call. */
  readonly containment: Disposable;
}

/**
 * Opens the rooms.
 *
 * @param db The database.
 * @param options The settings.
 * @returns The rooms, connected.
 */
export function openRooms(db: DB, options: ResolvedOptions): Rooms {
  const log = handlerLogger(options.loggerParents);
  const repository = new SqlitePluginRepository(db.driver, options);
  const contributions = new ContributionStore(db.driver);
  const auditLog = new AuditLog(db.driver);
  const owners = new TableOwners(db.driver);
  const tables = new PluginTables(db, {
    owners,
    kept: new KeptColumns(db.driver),
  });
  const registry = new PluginRegistry();
  const health: HealthBook = new HealthBook(
    options.quarantineAfter,
    (id, error) => guard.failedTooOften(id, error),
  );
  const loader = new PluginLoader(options);
  const { isolation } = options;
  const assembly = new PluginAssembly({
    ...options,
    repository,
    contributions,
    loader,
    tables,
    health,
    mayIsolate: isolation !== "inline",
    isolationOf: typeof isolation === "function" ? isolation : () => isolation,
    processes: new SandboxPlace({
      ...options,
      permissionsOf: effectivePermissions,
    }),
  });
  const lifecycle: PluginLifecycle = new PluginLifecycle(registry, assembly, {
    takeBack: (id, error) => swap.takeBack(id, error),
    onDisposeError: ({ id, name }, error) => {
      nameStack(error);
      log.error("cleanup() of plugin {name} failed", { id, name, error });
    },
  });
  const management = {
    repository,
    registry,
    lifecycle,
    assembly,
    tables,
    contributions,
    health,
    safeMode: options.safeMode,
    audit: new PluginAudit({ log: auditLog, repository, actor: options.actor }),
    atomically: <R>(writes: () => R) =>
      db.driver.transaction(writes, "IMMEDIATE"),
    install: { ...options.install, fetch: options.fetch },
  };
  const decisions = new PluginDecisionMaker(management);
  const swap: VersionSwap = new VersionSwap(management);
  const guard: PluginGuard = new PluginGuard({
    ...management,
    decisions,
    swap,
  });
  const pages = new FrontendPages(registry);
  return {
    repository,
    auditLog,
    registry,
    lifecycle,
    manager: new PluginManager(management),
    decisions,
    updater: new PluginUpdater({ ...management, swap }),
    grants: new PermissionGrants(management),
    sync: new StoreSync({ repository, registry, lifecycle }),
    install: management.install,
    status: new PluginStatusReader({ repository, registry, health, owners }),
    events: openEvents(registry, log, options),
    pages,
    pageRunner: new FrontendRunner(registry, {
      pages,
      dispatch: (plugin, path, request) =>
        dispatchRoute(plugin, path, request, options),
    }),
    containment: loader.containLateErrors({
      onError(id, error) {
        health.of(id).failedLate(error);
        log.error("Plugin {id} failed outside of any call", { id, error });
      },
      onUnclear(error) {
        const suspects = [...registry].filter(hasRunHere);
        if (suspects.length === 0 || !loader.watchCalls()) return false;
        if (suspects.length === 1) health.of(suspects[0]!.id).failedLate(error);
        log.error(
          "Something failed outside of any call, perhaps one of the plugins {ids}; what fails next will tell",
          { ids: suspects.map(({ id }) => id), error },
        );
        return true;
      },
    }),
    gateway: new Gateway({
      registry,
      isStored: (key) => isStored(repository, key),
      maxBodyBytes: options.maxBodyBytes,
      stack: options.exposeStacks ? readableStack : undefined,
    }),
  };
}

/** Whether calls have run a plugin's code in this process. */
function hasRunHere({ runner, health }: LoadedPlugin): boolean {
  const { actions, hooks } = health.report();
  return runner.isolation === "inline" &&
    Object.keys(actions).length + Object.keys(hooks).length > 0;
}

function openEvents(
  registry: PluginRegistry,
  log: Logger,
  options: ResolvedOptions,
): PluginEvents {
  return new PluginEvents(registry, {
    hookTimeoutMs: options.actionTimeoutMs,
    onListenerError: (error, event) =>
      log.error("A listener of {event} failed", { event, error }),
  });
}

function isStored(repository: PluginRepository, idOrName: string): boolean {
  return repository.findByName(idOrName) !== undefined ||
    (/^\d+$/.test(idOrName) && repository.get(Number(idOrName)) !== undefined);
}
