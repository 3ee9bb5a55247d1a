/**
 * Where plugins run that get a process of their own: what the runtime asks of
 * the sandbox, which it must not know.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import type { PluginIdentity, PluginLogger } from "../plugin/plugin.ts";
import type { SqliteDriver } from "../sqlite/mod.ts";
import type { StoredPluginCode } from "../store/mod.ts";
import type { PluginHealth } from "./plugin_health.ts";
import type { PluginRunner } from "./plugin_runner.ts";

/** What the runner of an isolated plugin is made from. */
export interface IsolatedPlugin {
  /** Which plugin it is. */
  readonly identity: PluginIdentity;
  /** Reads the plugin's row, checked; called whenever a process starts. */
  readonly row: () => StoredPluginCode;
  /**
   * Makes what the code needs before its `init()`; called whenever a process
   * has imported the code.
   *
   * @returns A connection confined to the plugin's table, or `null`.
   */
  readonly open: (contributions: PluginContributions) => SqliteDriver | null;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** Where calls and failures are counted. */
  readonly health: PluginHealth;
}

/** Runs plugins in processes of their own. */
export interface ProcessPlace {
  /** Whether processes can be started at all. */
  isAvailable(): boolean;
  /**
   * Learns what code contributes, in a process that is ended at once.
   *
   * @param row The row with the code.
   * @param signal Gives it up.
   * @returns What it contributes.
   */
  describe(
    row: StoredPluginCode,
    signal: AbortSignal,
  ): Promise<PluginContributions>;
  /** Makes the runner of a plugin; its process starts at its first use. */
  runner(plugin: IsolatedPlugin): PluginRunner;
}
