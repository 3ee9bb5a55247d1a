/**
 * Makes the services of a handler and hands each what it needs.
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
  PluginSchedules,
} from "../dispatch/mod.ts";
import { isolationDecision } from "./isolation_decision.ts";
import type { ResolvedOptions } from "./options.ts";
import { checkStoredSignature, type ObtainedPlugin } from "../install/mod.ts";
import { PluginError } from "../shared/errors.ts";
import { nameStack, readableStack } from "../shared/readable_stack.ts";
import {
  type LateError,
  type LateErrorListeners,
  PluginLoader,
} from "../loader/mod.ts";
import { handlerLogger } from "../shared/logging.ts";
import {
  effectivePermissions,
  InstallTrial,
  PermissionGrants,
  PluginAudit,
  PluginDecisionMaker,
  PluginGuard,
  PluginInstaller,
  PluginManager,
  PluginStatusReader,
  PluginUpdater,
  StoreSync,
  type UpdateSettings,
  VersionSwap,
} from "../management/mod.ts";
import { HealthBook, PluginRegistry } from "../execution/mod.ts";
import {
  PluginAssembly,
  PluginLifecycle,
  PluginTables,
  type SignatureChecker,
  TableFiles,
} from "../lifecycle/mod.ts";
import { newScratchFolder, SandboxPlace } from "../sandbox/mod.ts";
import {
  AuditLog,
  ContributionStore,
  KeptColumns,
  knownRepositories,
  type PluginRepository,
  ScheduleRuns,
  SqlitePluginRepository,
  TableOwners,
} from "../store/mod.ts";
import type { DB } from "../sqlite/mod.ts";

/** The services of one handler; what needs some of them takes a `Pick`. */
export interface Services {
  /** Where plugins are kept. */
  readonly repository: PluginRepository;
  /** What was done to them. */
  readonly auditLog: AuditLog;
  /** Saves and deletes. */
  readonly manager: PluginManager;
  /** Installs. */
  readonly installer: PluginInstaller;
  /** Disables, enables and pins. */
  readonly decisions: PluginDecisionMaker;
  /** Updates and rolls back. */
  readonly updater: PluginUpdater;
  /** Tells about it all. */
  readonly status: PluginStatusReader;
  /** Catches up with others on the same database. */
  readonly sync: StoreSync;
  /** How manifests are fetched and checked. */
  readonly install: UpdateSettings;
  /** Keeps which permissions were granted. */
  readonly grants: PermissionGrants;
  /** Hands out pages. */
  readonly pages: FrontendPages;
  /** Runs their loaders and actions. */
  readonly pageRunner: FrontendRunner;
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** Makes plugins' tables, and knows where they are. */
  readonly tables: PluginTables;
  /** Loads and unloads. */
  readonly lifecycle: PluginLifecycle;
  /** Hands out events. */
  readonly events: PluginEvents;
  /** Runs what plugins have scheduled. */
  readonly schedules: PluginSchedules;
  /** Answers HTTP requests. */
  readonly gateway: Gateway;
  /** Catches errors that plugins cause outside of any call. */
  readonly containment: Disposable;
}

/**
 * Makes the services of a handler.
 *
 * @param db The database.
 * @param options The settings.
 * @returns The services, connected.
 */
export function compose(db: DB, options: ResolvedOptions): Services {
  const log = handlerLogger(options.loggerParents);
  const store = storeServices(db, options, log);
  const live: LiveServices = liveServices(store, options, {
    log,
    takeBack: (id, error) => management.swap.takeBack(id, error),
    failedTooOften: (id, error) => management.guard.failedTooOften(id, error),
  });
  const management = managementServices(db, options, { ...store, ...live });
  return {
    ...store,
    ...live,
    ...management,
    ...dispatchServices(live, options, {
      log,
      isStored: (key) => isStored(store.repository, key),
    }),
    schedules: new PluginSchedules({
      registry: live.registry,
      schedulesOf: (digest) => store.contributions.schedules(digest),
      runs: store.scheduleRuns,
      logOf: (plugin) => handlerLogger(options.loggerParents, plugin),
    }),
    containment: contain(live, options, log),
  };
}

/** What is kept in the database. */
function storeServices(db: DB, options: ResolvedOptions, log: Logger) {
  const { driver } = db;
  const owners = new TableOwners(driver, options);
  const processes: SandboxPlace = new SandboxPlace({
    ...options,
    permissionsOf: effectivePermissions,
    tables: () => files.root,
  });
  const files = new TableFiles({
    db,
    scratch: newScratchFolder(),
    remove: (folder) => processes.removeFolder(folder),
  });
  return {
    repository: new SqlitePluginRepository(driver, options),
    contributions: new ContributionStore(driver),
    scheduleRuns: new ScheduleRuns(driver),
    auditLog: new AuditLog(driver),
    owners,
    tables: new PluginTables(db, {
      owners,
      kept: new KeptColumns(driver),
      files,
      evolve: (...args) => processes.evolve(...args),
      onLeftOver: (error) =>
        log.error("The file of a table could not be removed", { error }),
    }),
    processes,
  };
}

type StoreServices = ReturnType<typeof storeServices>;

/** Whom the loaded plugins' failures are reported to. */
interface FailureReports {
  readonly log: Logger;
  readonly takeBack: (pluginId: number, error: unknown) => boolean;
  readonly failedTooOften: (pluginId: number, error: unknown) => void;
}

/** What is loaded, and what loads it. */
function liveServices(
  store: StoreServices,
  options: ResolvedOptions,
  { log, takeBack, failedTooOften }: FailureReports,
) {
  const { isolation } = options;
  const isolationOf = isolationDecision(isolation, options.install);
  const registry = new PluginRegistry();
  const health = new HealthBook(options.quarantineAfter, failedTooOften);
  const loader = new PluginLoader(options);
  const assembly = new PluginAssembly({
    ...options,
    ...store,
    loader,
    health,
    mayIsolate: isolation !== "inline",
    isolationOf,
    signatures: signatureChecker(options),
  });
  const lifecycle = new PluginLifecycle(registry, assembly, {
    takeBack,
    onDisposeError: ({ id, name }, error) => {
      nameStack(error);
      log.error("cleanup() of plugin {name} failed", { id, name, error });
    },
  });
  return { registry, health, loader, assembly, lifecycle, isolationOf };
}

type LiveServices = ReturnType<typeof liveServices>;

/** What is stored of signatures counts where somebody relies on them. */
function signatureChecker(
  { install, isolation }: ResolvedOptions,
): SignatureChecker {
  const keys = Object.keys(install.trustedKeys ?? {});
  return {
    mustCheck: keys.length > 0 || isolation !== "inline",
    check: (row) => checkStoredSignature(row, install),
  };
}

/** What operators do. */
function managementServices(
  db: DB,
  options: ResolvedOptions,
  services: StoreServices & LiveServices,
) {
  const { auditLog: log, repository } = services;
  const trial = new InstallTrial({
    ...services,
    isWanted: (options.install.trial ?? true) && !options.safeMode,
  });
  const parts = {
    ...services,
    trial,
    safeMode: options.safeMode,
    audit: new PluginAudit({ log, repository, actor: options.actor }),
    atomically: <R>(writes: () => R) =>
      db.driver.transaction(writes, "IMMEDIATE"),
    install: {
      ...options.install,
      fetch: options.fetch,
      repositories: () => knownRepositories(db.driver),
      versionOf: (plugin: ObtainedPlugin) => trial.versionOf(plugin),
    },
  };
  const decisions = new PluginDecisionMaker(parts);
  const swap = new VersionSwap(parts);
  const manager = new PluginManager(parts);
  const updater = new PluginUpdater({ ...parts, swap });
  return {
    decisions,
    swap,
    guard: new PluginGuard({ ...parts, decisions, swap }),
    manager,
    updater,
    installer: new PluginInstaller({
      ...parts,
      manager,
      updater,
      loadAfterInstall: (options.install.loadAfterInstall ?? false) &&
        !options.safeMode,
    }),
    grants: new PermissionGrants(parts),
    sync: new StoreSync(parts),
    status: new PluginStatusReader(parts),
    install: parts.install,
  };
}

/** What hands out requests, events and pages. */
function dispatchServices(
  { registry, loader }: LiveServices,
  options: ResolvedOptions,
  { log, isStored }: {
    readonly log: Logger;
    readonly isStored: (idOrName: number | string) => boolean;
  },
) {
  const pages = new FrontendPages(registry);
  return {
    pages,
    pageRunner: new FrontendRunner(registry, {
      pages,
      dispatch: (plugin, path, request) =>
        dispatchRoute(plugin, path, request, options),
    }),
    events: new PluginEvents(registry, {
      hookTimeoutMs: options.actionTimeoutMs,
      concurrency: options.hookConcurrency,
      maxQueued: options.maxQueuedEvents,
      claim: (error, plugin) => loader.claim(error, plugin),
      onListenerError: (error, event) =>
        log.error("A listener of {event} failed", { event, error }),
    }),
    gateway: new Gateway({
      registry,
      isStored,
      maxBodyBytes: options.maxBodyBytes,
      bodyTimeoutMs: options.bodyTimeoutMs,
      stack: options.exposeStacks ? readableStack : undefined,
    }),
  };
}

/** Attributes errors outside of any call to the plugins that caused them. */
function contain(
  { loader, health }: LiveServices,
  { lateErrors }: ResolvedOptions,
  log: Logger,
): Disposable {
  if (lateErrors === "throw") return { [Symbol.dispose]: () => {} };
  const logged: LateErrorListeners = {
    onError: ({ pluginId: id, label: name, error }) =>
      log.error("Plugin {name} failed outside of any call", {
        id,
        name,
        error,
      }),
    onUnattributed: (error) =>
      log.error(
        "Something failed outside of any call: a plugin, or the host itself",
        { error },
      ),
  };
  const counted = (late: LateError) => {
    const { pluginId, label, error, isCounted } = late;
    // A host that goes on to call the hooks of a plugin that is gone.
    if (error instanceof PluginError && error.code === "PLUGIN_NOT_LOADED") {
      return log.debug("A hook of plugin {name} was not called", {
        name: label,
        error,
      });
    }
    if (isCounted) health.of(pluginId).lateErrors++;
    else health.of(pluginId).failedLate(error);
    logged.onError(late);
  };
  return loader.containLateErrors({ ...logged, onError: counted }, logged);
}

function isStored(repository: PluginRepository, key: number | string): boolean {
  const row = typeof key === "number"
    ? repository.get(key)
    : repository.findByName(key);
  return row !== undefined;
}
