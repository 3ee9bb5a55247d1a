/**
 * Learns what a plugin contributes without running it in the host: its code is
 * imported in a process that is ended at once, and `init()` is not called.
 *
 * @module
 */
import type { PluginContributions } from "../contributions.ts";
import { PluginError } from "../errors.ts";
import type { PluginSource } from "../loader/mod.ts";
import { withinLimit } from "../runtime/within_limit.ts";
import { describedPlugin } from "./described_plugin.ts";
import { GuestSession } from "./guest_session.ts";
import type { Sandbox } from "./sandbox.ts";
import { unloaded } from "./session_errors.ts";

/** What a description is limited to. */
export interface DescribeOptions {
  /** Where the process runs. */
  readonly sandbox: Sandbox;
  /** Milliseconds that starting and importing may take. */
  readonly loadTimeoutMs: number;
}

/**
 * Learns what a plugin contributes, with no permissions granted to it.
 *
 * @param source The plugin's code.
 * @param options Where, and how long.
 * @returns What it contributes.
 * @throws {PluginError} `LOAD_FAILED`, `INVALID_PLUGIN`, `LOAD_TIMEOUT`,
 * `SANDBOX_CRASHED`.
 */
export async function describePlugin(
  source: PluginSource,
  options: DescribeOptions,
): Promise<PluginContributions> {
  const { sandbox, loadTimeoutMs } = options;
  const { id, name, version } = source;
  const plugin = { id, name, version };
  const tenant = { idleSince: undefined, makeRoom: () => {} };
  await sandbox.slots.take(tenant);
  let session: GuestSession | undefined;
  try {
    session = await openSession(source, options);
    const told = await withinLimit(
      session.loaded,
      loadTimeoutMs,
      () =>
        new PluginError(
          "LOAD_TIMEOUT",
          `Cannot load plugin "${name}": importing it took longer than ${loadTimeoutMs} ms`,
          { pluginId: id },
        ),
    );
    const none = () => unavailable;
    return describedPlugin(told, plugin, { chain: none, hook: none })
      .contributions;
  } finally {
    session?.end(unloaded(plugin));
    await session?.over;
    sandbox.slots.release(tenant);
  }
}

async function openSession(
  { id, name, version, code, language }: PluginSource,
  { sandbox, loadTimeoutMs }: DescribeOptions,
): Promise<GuestSession> {
  return new GuestSession({
    launch: {
      denoPath: sandbox.denoPath,
      memoryMb: sandbox.memoryMb,
      permissions: {},
      confinement: await sandbox.confinement(),
    },
    open: {
      plugin: { id, name, version },
      code,
      language,
      actionTimeoutMs: loadTimeoutMs,
      loadTimeoutMs,
      cleanupTimeoutMs: loadTimeoutMs,
      logLinesPerSecond: 0,
    },
    logger: SILENT,
    onFault: () => {},
    onIdle: () => {},
  });
}

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

/** The functions of a plugin that is only described are never called. */
function unavailable(): never {
  throw new PluginError(
    "PLUGIN_NOT_LOADED",
    "Cannot run a plugin that was only described: load it",
  );
}
