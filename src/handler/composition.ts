/**
 * Makes the services of a handler and hands each what it needs.
 *
 * @module
 */
import {
  dispatchRoute,
  FrontendPages,
  FrontendRunner,
  Gateway,
  type GatewayOptions,
  PluginEvents,
  PluginSchedules,
  problemOf,
} from "../dispatch/mod.ts";
import { isolationDecision } from "./isolation_decision.ts";
import type { ResolvedOptions } from "./options.ts";
import { PluginMonitor } from "./plugin_monitor.ts";
import { checkStoredSignature, type ObtainedPlugin } from "../install/mod.ts";
import {
  messageOf,
  PluginError,
  type PluginErrorCode,
} from "../shared/errors.ts";
import { readableStack } from "../shared/stack/readable_stack.ts";
import {
  type LateError,
  type LateErrorListeners,
  PluginLoader,
} from "../loader/mod.ts";
import { type HandlerLogger, handlerLogger } from "../shared/logging.ts";
import {
  CircuitBreaker,
  effectivePermissions,
  type InstallPreview,
  type InstallPreviewOptions,
  InstallTrial,
  PermissionGrants,
  PluginAudit,
  PluginDecisionMaker,
  PluginGuard,
  PluginInstaller,
  PluginManager,
  PluginSettings,
  PluginStarter,
  PluginStatusReader,
  PluginUpdater,
  previewInstall,
  previewUpdate,
  PublicRoutes,
  StoreFollower,
  StoreSync,
  TableBrowser,
  type UpdateSettings,
  VersionSwap,
} from "../management/mod.ts";
import { HealthBook, PluginRegistry, unavailable } from "../execution/mod.ts";
import {
  PluginAssembly,
  PluginLifecycle,
  PluginTables,
  type SignatureChecker,
  TableFiles,
} from "../lifecycle/mod.ts";
import { DeferredSandbox, newScratchFolder } from "../sandbox/mod.ts";
import {
  AuditLog,
  ContributionStore,
  KeptColumns,
  knownRepositories,
  type PluginRepository,
  PolicyStore,
  ScheduleRuns,
  SettingStore,
  SqlitePluginRepository,
  TableOwners,
} from "../store/mod.ts";
import type { DB } from "../sqlite/mod.ts";

/** Says why a plugin of this id or name does not do what it is asked. */
export type WhyUnavailable = (
  idOrName: number | string,
  act?: string,
) => PluginError;

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
  /** Shows what an installation would store. */
  readonly preview: (
    source: unknown,
    options: InstallPreviewOptions,
  ) => Promise<InstallPreview>;
  /** Shows what an update would store. */
  readonly previewUpdate: (
    id: number,
    options: InstallPreviewOptions,
  ) => Promise<InstallPreview>;
  /** Disables, enables and pins. */
  readonly decisions: PluginDecisionMaker;
  /** Updates and rolls back. */
  readonly updater: PluginUpdater;
  /** Tells about it all. */
  readonly status: PluginStatusReader;
  /** Catches up with others on the same database. */
  readonly sync: StoreSync;
  /** Notices what others do in the same database. */
  readonly follower: StoreFollower;
  /** Shows plugins' tables. */
  readonly browser: TableBrowser;
  /** Keeps what the host demands of plugins. */
  readonly policy: PolicyStore;
  /** How manifests are fetched and checked. */
  readonly install: UpdateSettings;
  /** Keeps which permissions were granted. */
  readonly grants: PermissionGrants;
  /** Reads and changes what is set of plugins. */
  readonly pluginSettings: PluginSettings;
  /** Keeps which routes anybody may ask. */
  readonly publicRoutes: PublicRoutes;
  /** Hands out pages. */
  readonly pages: FrontendPages;
  /** Runs their loaders and actions. */
  readonly pageRunner: FrontendRunner;
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** Runs plugins in processes of their own. */
  readonly processes: DeferredSandbox;
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
  /** Loads what is to be in service. */
  readonly starter: PluginStarter;
  /** Sets plugins aside that fail too often. */
  readonly breaker: CircuitBreaker;
  /** Hears of all that becomes of plugins. */
  readonly monitor: PluginMonitor;
  /** Says why a plugin does not do what it is asked. */
  readonly unavailable: WhyUnavailable;
  /** Catches errors that plugins cause outside of any call. */
  readonly containment: Disposable;
}

/**
 * Makes the services of a handler.
 *
 * @returns The services, connected.
 */
export function compose(db: DB, options: ResolvedOptions): Services {
  const log = handlerLogger(options.loggerParents);
  const store = storeServices(db, options, log);
  const registry = new PluginRegistry();
  const monitor: PluginMonitor = new PluginMonitor({
    ...options,
    ...store,
    registry,
    peers: () => services,
  });
  const live: LiveServices = liveServices(store, options, {
    monitor,
    registry,
    takeBack: (id, error) => services.swap.takeBack(id, error),
    publish: (event, payload) => void services.events.emit(event, payload),
  });
  const dispatch = dispatchServices(live, options, {
    log,
    unavailable: (key, act) => whyUnavailable(store, live, [key, act]),
    isAllowed: (id, path) => services.publicRoutes.isAllowed(id, path),
  });
  const services = {
    ...store,
    ...live,
    ...managementServices(db, options, {
      ...store,
      ...live,
      tell: (...told) => dispatch.events.emitTo(...told),
    }),
    ...dispatch,
    schedules: new PluginSchedules({
      registry: live.registry,
      schedulesOf: (digest) => store.contributions.schedules(digest),
      runs: store.scheduleRuns,
      logOf: (plugin) => handlerLogger(options.loggerParents, plugin),
    }),
    containment: contain(live, options, log),
  };
  return services;
}

/** What is kept in the database. */
function storeServices(db: DB, options: ResolvedOptions, log: HandlerLogger) {
  const { driver } = db;
  const owners = new TableOwners(driver, options);
  const processes: DeferredSandbox = new DeferredSandbox({
    ...options,
    permissionsOf: effectivePermissions,
    tables: () => files.root,
  });
  const files = new TableFiles({
    db,
    scratch: newScratchFolder(),
    remove: (folder) => processes.removeFolder(folder),
  });
  const contributions = new ContributionStore(driver);
  return {
    repository: new SqlitePluginRepository(driver, {
      ...options,
      contributions,
    }),
    contributions,
    scheduleRuns: new ScheduleRuns(driver),
    settings: new SettingStore(driver, options),
    auditLog: new AuditLog(driver),
    policy: new PolicyStore(driver),
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

/** Who is told of what becomes of loaded plugins. */
interface LiveListeners {
  readonly monitor: PluginMonitor;
  readonly registry: PluginRegistry;
  readonly takeBack: (pluginId: number, error: unknown) => boolean;
  readonly publish: (event: string, payload: unknown) => void;
}

/** What is loaded, and what loads it. */
function liveServices(
  store: StoreServices,
  options: ResolvedOptions,
  { monitor, registry, takeBack, publish }: LiveListeners,
) {
  const { isolation } = options;
  const isolationOf = isolationDecision(isolation, options.install);
  const health = new HealthBook(monitor);
  const loader = new PluginLoader(options);
  const assembly = new PluginAssembly({
    ...options,
    ...store,
    loader,
    health,
    publish,
    mayIsolate: isolation !== "inline",
    isolationOf,
    signatures: signatureChecker(options),
  });
  const lifecycle = new PluginLifecycle(registry, assembly, {
    takeBack,
    announce: monitor.announce,
    onDisposeError: ({ id }, error) =>
      health.of(id).failedLate(error, { ofRequest: false }),
  });
  return {
    monitor,
    registry,
    health,
    loader,
    assembly,
    lifecycle,
    isolationOf,
  };
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
  services: StoreServices & LiveServices & {
    readonly tell: PluginEvents["emitTo"];
  },
) {
  const { auditLog: log, repository, monitor } = services;
  const trial = new InstallTrial({
    ...services,
    isWanted: (options.install.trial ?? true) && !options.safeMode,
  });
  const parts = {
    ...services,
    trial,
    announce: monitor.announce,
    safeMode: options.safeMode,
    isLazy: options.activation === "lazy",
    audit: new PluginAudit({
      log,
      repository,
      actor: options.actor,
      onRefused: (deed, error) => monitor.news.refused(deed, error),
    }),
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
  const onTrouble = (error: PluginError) =>
    handlerLogger(options.loggerParents)
      .error("What becomes of a plugin could not be stored", { error });
  const breaker = new CircuitBreaker({ ...parts, decisions, onTrouble });
  const starter = new PluginStarter({ ...parts, breaker });
  const pluginSettings = new PluginSettings(parts);
  const sync = new StoreSync({ ...parts, settings: pluginSettings });
  const manager = new PluginManager(parts);
  const updater = new PluginUpdater({ ...parts, swap });
  return {
    decisions,
    swap,
    breaker,
    guard: new PluginGuard({ ...parts, breaker, swap, onTrouble }),
    starter,
    manager,
    updater,
    installer: new PluginInstaller({
      ...parts,
      manager,
      updater,
      loadAfterInstall: (options.install.loadAfterInstall ?? false) &&
        !options.safeMode,
    }),
    preview: (source: unknown, options: InstallPreviewOptions) =>
      previewInstall(source, parts, options),
    previewUpdate: (id: number, options: InstallPreviewOptions) =>
      previewUpdate(id, parts, options),
    grants: new PermissionGrants(parts),
    pluginSettings,
    publicRoutes: new PublicRoutes(parts),
    sync,
    browser: new TableBrowser(parts),
    follower: new StoreFollower({
      ...parts,
      sync,
      starter,
      everyMs: options.followStoreMs,
      onError: (error) =>
        handlerLogger(options.loggerParents)
          .error("What others changed could not be followed", { error }),
    }),
    status: new PluginStatusReader(parts),
    install: parts.install,
  };
}

/** What hands out requests, events and pages. */
function dispatchServices(
  { registry, loader, monitor }: LiveServices,
  options: ResolvedOptions,
  { log, unavailable, isAllowed }: {
    readonly log: HandlerLogger;
    readonly unavailable: WhyUnavailable;
    readonly isAllowed: GatewayOptions["isAllowed"];
  },
) {
  const pages = new FrontendPages(registry);
  const hide = options.exposeErrors
    ? undefined
    : (error: unknown) => monitor.failures.idOf(error);
  return {
    pages,
    unavailable,
    pageRunner: new FrontendRunner(registry, {
      pages,
      unavailable,
      textOf: (error) => problemOf(error, { hide }).detail ?? messageOf(error),
      dispatch: (plugin, path, request) =>
        dispatchRoute(plugin, path, request, options),
    }),
    events: new PluginEvents(registry, {
      unavailable,
      hookTimeoutMs: options.actionTimeoutMs,
      concurrency: options.hookConcurrency,
      maxQueued: options.maxQueuedEvents,
      claim: (error, plugin) => loader.claim(error, plugin),
      onListenerError: (error, event) =>
        log.error("A listener of {event} failed", { event, error }),
    }),
    gateway: new Gateway({
      registry,
      unavailable,
      isAllowed,
      maxBodyBytes: options.maxBodyBytes,
      bodyTimeoutMs: options.bodyTimeoutMs,
      stack: options.exposeStacks ? readableStack : undefined,
      hide,
    }),
  };
}

/** Attributes errors outside of any call to the plugins that caused them. */
function contain(
  { loader, health }: LiveServices,
  { lateErrors }: ResolvedOptions,
  log: HandlerLogger,
): Disposable {
  if (lateErrors === "throw") return { [Symbol.dispose]: () => {} };
  const logged: LateErrorListeners = {
    onError: ({ label, error }) =>
      log.error("Plugin {label} failed after it was unloaded", {
        label,
        error,
      }),
    onUnattributed: (error) =>
      log.error(
        "Something failed outside of any call: a plugin, or the host itself",
        { error },
      ),
  };
  const counted = (late: LateError) => {
    const { pluginId, label, error, isCounted, ofRequest } = late;
    // A host that goes on to call the hooks of a plugin that is gone.
    if (error instanceof PluginError && OUT_OF_SERVICE.has(error.code)) {
      return log.debug("A hook of plugin {name} was not called", {
        name: label,
        error,
      });
    }
    const plugin = health.of(pluginId);
    if (isCounted) plugin.lateErrors++;
    // Where nobody knows, it may be a client's doing that is left behind.
    else {
      plugin.failedLate(error, { ofRequest: ofRequest ?? plugin.hasServed });
    }
  };
  return loader.containLateErrors({ ...logged, onError: counted }, logged);
}

/** What {@linkcode unavailable} says of plugins that were there. */
const OUT_OF_SERVICE: ReadonlySet<PluginErrorCode> = new Set([
  "PLUGIN_NOT_LOADED",
  "PLUGIN_NOT_FOUND",
  "PLUGIN_DISABLED",
  "PLUGIN_QUARANTINED",
  "LOAD_FAILED",
]);

function whyUnavailable(
  { repository }: StoreServices,
  { health }: LiveServices,
  [key, act]: Parameters<WhyUnavailable>,
): PluginError {
  // Digits in an address are an id and nothing else, if they are anything.
  const isName = typeof key === "string" && !/^\d+$/.test(key);
  const row = typeof key === "number"
    ? repository.find(key)
    : isName
    ? repository.findByName(key)
    : undefined;
  const known = row && health.peek(row.id);
  const loadError = known?.loadFailed ? known.report().lastError : undefined;
  return unavailable({ key, row, act, loadError });
}
