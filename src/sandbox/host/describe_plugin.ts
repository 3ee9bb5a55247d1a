/**
 * Learns what a plugin contributes without running it in the host: its code is
 * imported in a process that is ended at once, and `init()` is not called.
 *
 * @module
 */
import type { PluginContributions } from "../../plugin/contributions.ts";
import { PluginError } from "../../shared/errors.ts";
import { type PluginSource, prepareSource } from "../../loader/mod.ts";
import { bootSession, withinLoadTime } from "./session/boot_session.ts";
import { describedPlugin } from "./definition_from_process.ts";
import { HeaderPolicy } from "./call/header_policy.ts";
import type {
  GuestSession,
  SessionOptions,
} from "./session/process_session.ts";
import type { Sandbox } from "./sandbox.ts";
import { unloaded } from "./session/session_errors.ts";

/** What a description is limited to. */
export interface DescribeOptions {
  /** Where the process runs. */
  readonly sandbox: Sandbox;
  /** Milliseconds that importing may take. */
  readonly loadTimeoutMs: number;
  /** Gives it up; it rejects with `PLUGIN_NOT_LOADED`. */
  readonly signal?: AbortSignal;
}

/**
 * Learns what a plugin contributes, with no permissions granted to it.
 *
 * @param options Where, and how long.
 * @throws {PluginError} `LOAD_FAILED`, `INVALID_PLUGIN`, `LOAD_TIMEOUT`,
 * `SANDBOX_CRASHED`, `PLUGIN_NOT_LOADED`.
 */
export async function describePlugin(
  source: PluginSource,
  options: DescribeOptions,
): Promise<PluginContributions> {
  const { sandbox, loadTimeoutMs, signal } = options;
  const { id, name, version } = source;
  const plugin = { id, name, version };
  const tenant = { idleSince: undefined, makeRoom: () => {} };
  let session: GuestSession | undefined;
  const giveUp = () => {
    sandbox.slots.giveUp(tenant);
    session?.end(unloaded(plugin));
  };
  signal?.addEventListener("abort", giveUp);
  try {
    await sandbox.slots.take(tenant);
    session = await bootSession(plugin, {
      sandbox,
      prepare: () => sessionOptions(source, options),
      onSpawn: (spawned) => session = spawned,
      isWanted: () => !signal?.aborted,
    });
    const pending = session.loaded;
    const load = { session, pending, limitMs: loadTimeoutMs };
    const told = await withinLoadTime(plugin, load);
    const none = () => unavailable;
    return describedPlugin(told, plugin, { chain: none, hook: none })
      .contributions;
  } finally {
    signal?.removeEventListener("abort", giveUp);
    session?.end(unloaded(plugin));
    await session?.over;
    sandbox.slots.release(tenant);
  }
}

async function sessionOptions(
  source: PluginSource,
  { sandbox, loadTimeoutMs }: DescribeOptions,
): Promise<SessionOptions> {
  const { id, name, version } = source;
  const { code, language, sourcesKey, shifts } = await prepareSource(source);
  return {
    unreadMs: sandbox.unreadMs,
    headers: new HeaderPolicy(),
    launch: await sandbox.launch({ permissions: {}, mayHaveTable: false }),
    open: {
      plugin: { id, name, version },
      code,
      sourcesKey,
      shifts,
      language,
      exposeErrors: true,
      environment: [],
      hasPipes: false,
      mayUseGpu: false,
      actionTimeoutMs: loadTimeoutMs,
      cleanupTimeoutMs: loadTimeoutMs,
      logLinesPerSecond: 0,
      emits: [],
    },
    logger: SILENT,
    onFault: () => {},
    onEmit: () => {},
    onIdle: () => {},
  };
}

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

/** The functions of a plugin that is only described are never called. */
function unavailable(): never {
  throw new PluginError(
    "PLUGIN_NOT_LOADED",
    "Cannot run a plugin that was only described: load it",
  );
}
