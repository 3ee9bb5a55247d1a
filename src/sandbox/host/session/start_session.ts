/**
 * Starts a plugin's process and has it import the plugin.
 *
 * @module
 */
import { isLimit } from "../../../async/timer.ts";
import { type PluginSource, prepareSource } from "../../../loader/mod.ts";
import { declaredTables } from "../../../plugin/declared_tables.ts";
import type {
  PluginDefinition,
  PluginIdentity,
  PluginLogger,
} from "../../../plugin/plugin.ts";
import type { PluginHealth } from "../../../execution/health/plugin_health.ts";
import type { PluginRunner } from "../../../execution/plugin_runner.ts";
import type {
  TableFile,
  TableHome,
} from "../../../execution/isolated_plugins.ts";
import {
  type DescribedPlugin,
  describedPlugin,
} from "../definition_from_process.ts";
import { bootSession } from "./boot_session.ts";
import { HeaderPolicy } from "../call/header_policy.ts";
import type { GuestSession, SessionOptions } from "./process_session.ts";
import type { PluginPermissions } from "../../process/permissions.ts";
import type { Sandbox } from "../sandbox.ts";
import { openTableStore } from "./open_table_store.ts";
import type { TimeLimits } from "../../../execution/time_limits.ts";
import type { StoredSettings } from "../../../execution/settle_settings.ts";
import { toldSettings } from "./told_settings.ts";

/** What a process runner is made from. */
export interface ProcessRunnerOptions extends TimeLimits {
  /** What it shares with the other sandboxed plugins. */
  readonly sandbox: Sandbox;
  /** Which plugin it is. */
  readonly plugin: PluginIdentity;
  /**
   * Reads the plugin's code, checked against its digest; called whenever a
   * process starts, so that the host does not keep the code.
   */
  readonly source: () => PluginSource | Promise<PluginSource>;
  /** What the plugin may do; asked whenever a process starts. */
  readonly permissions: () => PluginPermissions;
  /**
   * The file of its table, so far as that is known before its code is imported:
   * `null` where it has none.
   */
  readonly tableFile: () => TableFile | null | undefined;
  /**
   * Told what the plugin contributes whenever a process has imported the code,
   * before `init()`.
   *
   * @returns Where its table is kept, or `null`.
   */
  readonly open: (plugin: DescribedPlugin) => TableHome | null;
  /**
   * What is stored of the plugin's settings; called whenever a process has
   * imported the code.
   *
   * @default nothing
   */
  readonly settings?: (plugin: DescribedPlugin) => Promise<StoredSettings>;
  /** The version whose data it has yet to upgrade. @default none */
  readonly upgradeFrom?: () => string | null;
  /** Told when it has. */
  readonly upgraded?: () => void;
  /** The events that the plugin may emit. @default none */
  readonly emits?: readonly string[];
  /** Takes what it emits; throws for what it may not. */
  readonly emit?: (event: string, json: string | undefined) => void;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** Where calls and failures are counted. */
  readonly health: PluginHealth;
  /** Whether clients see what the plugin's errors say. @default true */
  readonly exposeErrors?: boolean;
}

/** Who is told of a process that starts. */
export interface SessionListener {
  /** Called with the session as soon as there is one. */
  readonly onSpawn: (session: GuestSession) => void;
  /** Called whenever nothing is under way any more. */
  readonly onIdle: () => void;
  /** Whether the process is still wanted when it is its turn. */
  readonly isWanted: () => boolean;
  /** Called with what the plugin's code throws outside of any call. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Starts a process.
 *
 * @param options The plugin, and its limits.
 * @param listener Who is told.
 * @returns The session, whose plugin is being imported.
 */
export async function startSession(
  options: ProcessRunnerOptions,
  listener: SessionListener,
): Promise<GuestSession> {
  const { onIdle, onSpawn, isWanted, onFault } = listener;
  const { sandbox, plugin } = options;
  const boot = (isAhead: boolean) =>
    bootSession(plugin, {
      sandbox,
      prepare: async () => ({
        ...await sessionOptions(options, isAhead),
        onIdle,
        onFault,
      }),
      onSpawn,
      isWanted,
    });
  let session = await boot(true);
  // That one which waited is gone is not the plugin's fault.
  if (session.wasAhead && !session.alive) session = await boot(false);
  sandbox.spares.refill(session.launch);
  return session;
}

async function sessionOptions(
  options: ProcessRunnerOptions,
  isAhead: boolean,
): Promise<Omit<SessionOptions, "onIdle" | "onFault">> {
  const { sandbox, plugin, permissions, source, logger, tableFile } = options;
  const { actionTimeoutMs, cleanupTimeoutMs, exposeErrors = true } = options;
  const { code, language, sourcesKey, shifts } = await prepareSource(
    await source(),
  );
  const granted = permissions();
  const file = tableFile();
  const wanted = await sandbox.launch({
    permissions: granted,
    mayHaveTable: file !== null,
  });
  const spare = isAhead ? sandbox.spares.take(wanted) : undefined;
  const { launch, child } = spare ?? { launch: wanted, child: undefined };
  return {
    unreadMs: sandbox.unreadMs,
    headers: new HeaderPolicy(granted.headers),
    launch,
    child,
    store: file
      ? { launch: await sandbox.launchStore(file, launch), file }
      : undefined,
    open: {
      plugin,
      code,
      sourcesKey,
      shifts,
      language,
      exposeErrors,
      environment: granted.env === true ? [] : granted.env ?? [],
      hasPipes: launch.pipes !== undefined,
      mayUseGpu: granted.ffi !== undefined,
      emits: options.emits ?? [],
      actionTimeoutMs: isLimit(actionTimeoutMs)
        ? actionTimeoutMs
        : sandbox.maxCallMs,
      cleanupTimeoutMs,
      logLinesPerSecond: sandbox.logLinesPerSecond,
    },
    logger,
    onEmit: options.emit ?? refuseEvents,
    clear: (launch) => sandbox.clear(launch),
  };
}

/**
 * Waits for the plugin's code, opens its table, and has `init()` called.
 *
 * @param options The plugin, and what opens its table.
 * @returns A definition whose functions call into the process.
 */
export async function loadPlugin(
  session: GuestSession,
  options: ProcessRunnerOptions,
  runner: Pick<PluginRunner, "chain" | "hook">,
): Promise<PluginDefinition> {
  const { plugin, open, sandbox, logger } = options;
  const described = describedPlugin(await session.loaded, plugin, runner);
  const home = open(described);
  const tables = declaredTables(described.contributions);
  const hasTables = home !== null && tables.length > 0;
  const from = options.upgradeFrom?.() ?? null;
  if (hasTables) {
    const warnings = await openTableStore(session, {
      sandbox,
      plugin,
      home,
      tables,
      staysOpen: from !== null,
    });
    for (const warning of warnings) logger.warn(warning);
  }
  const settings = described.contributions.settings === undefined
    ? undefined
    : await options.settings?.(described) ?? {};
  const maxMs = Math.max(sandbox.maxCallMs, options.loadTimeoutMs);
  const watch = { steps: 0, limitMs: () => 0, maxMs };
  if (from !== null) {
    const work = { kind: "upgrade", hasTables, from } as const;
    await session.call(work, watch).answer;
    options.upgraded?.();
  }
  const work = { kind: "init", hasTables, settings } as const;
  const settled = await session.call(work, watch).answer;
  options.health.settings = toldSettings(settled, options);
  return described.definition;
}

function refuseEvents(event: string): never {
  throw new TypeError(`it may not emit "${event}"`);
}
