/**
 * Where plugins run that get a process of their own: what the runtime asks of
 * the sandbox, which it must not know.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import type {
  PluginIdentity,
  PluginLogger,
  TableConfig,
} from "../plugin/plugin.ts";
import type { StoredPluginCode } from "../store/mod.ts";
import type { PluginHealth } from "./health/plugin_health.ts";
import type { PluginRunner } from "./plugin_runner.ts";
import type { StoredSettings } from "./settle_settings.ts";

/** The file that an isolated plugin's table is in. */
export interface TableFile {
  /** The database file. */
  readonly path: string;
  /** The folder that holds it; both are made where they are not there. */
  readonly folder: string;
  /** Whether it ends with the handler, so that nothing needs to be synced. */
  readonly temporary: boolean;
}

/** Where and how an isolated plugin's table is kept. */
export interface TableHome {
  /** The file that it is in. */
  readonly file: TableFile;
  /**
   * The dropped columns that some version may still want back: undefined where
   * all of them are kept.
   */
  readonly kept: readonly string[] | undefined;
  /** Moves tables there that are still in the host's database. */
  readonly move?: (
    copy: (from: string, table: string) => Promise<void>,
  ) => Promise<void>;
}

/** What the runner of an isolated plugin is made from. */
export interface IsolatedPlugin {
  /** Which plugin it is. */
  readonly identity: PluginIdentity;
  /** Reads the plugin's row, checked; called whenever a process starts. */
  readonly row: () => StoredPluginCode;
  /**
   * The file of its table, so far as that is known before its code is imported:
   * `null` where it has none.
   */
  readonly tableFile: () => TableFile | null | undefined;
  /**
   * Makes what the code needs before its `init()`; called whenever a process
   * has imported the code.
   *
   * @returns Where its table is kept, or `null`.
   */
  readonly open: (contributions: PluginContributions) => TableHome | null;
  /** What is stored of its settings; called whenever a process starts. */
  readonly settings: () => Promise<StoredSettings>;
  /** The version whose data it has yet to upgrade; asked after `open`. */
  readonly upgradeFrom: () => string | null;
  /** It has done so. */
  readonly upgraded: () => void;
  /** The events that its manifest declares. */
  readonly emits: readonly string[];
  /** Checks and sends on what it emits, with the payload as JSON. */
  readonly emit: (event: string, json: string | undefined) => void;
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
   */
  describe(
    row: StoredPluginCode,
    signal: AbortSignal,
  ): Promise<PluginContributions>;
  /** Makes ready what runners are made of. */
  ready(): Promise<void>;
  /**
   * Makes the runner of a plugin, after {@linkcode ProcessPlace.ready}; its process
   * starts at its first use.
   */
  runner(plugin: IsolatedPlugin): PluginRunner;
  /**
   * Brings an isolated plugin's table to what it declares, in a process that is
   * ended at once.
   *
   * @param plugin Whose it is.
   */
  evolve(
    plugin: PluginIdentity,
    tables: readonly TableConfig[],
    home: TableHome,
  ): Promise<void>;
  /** Removes a folder that processes made, whatever the host itself may do. */
  removeFolder(folder: string): Promise<void>;
  /** Ends the processes that wait for plugins. */
  close(): Promise<void>;
}
