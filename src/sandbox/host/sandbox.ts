/**
 * What the sandboxed plugins of one handler share: how their processes are
 * started, what each may use, and how many there may be.
 *
 * @module
 */
import { BootQueue } from "../process/boot_queue.ts";
import {
  canMakePipes,
  type LaunchOptions,
  pipeNames,
  type SystemConfinement,
  systemConfinement,
} from "../process/launcher.ts";
import type { PluginPermissions } from "../process/permissions.ts";
import { ProcessSlots } from "../process/process_slots.ts";
import { SpareChildren } from "../process/spare_children.ts";
import { withoutUndefined } from "../../shared/option_rules.ts";
import { SANDBOX_DEFAULTS, type SandboxOptions } from "../sandbox_options.ts";
import { thisDeno } from "../process/this_deno.ts";
import type { TableFile } from "../../execution/isolated_plugins.ts";
import { newScratchFolder, removeFolder } from "../process/scratch_folder.ts";
import type { StoreLimits } from "../wire/store_protocol.ts";

/** What a store's own code, and one answer, take at most. */
const STORE_MEMORY_MB = 96;

/** What a plugin's process is started for. */
export interface GuestLaunch {
  /** What the plugin may do. */
  readonly permissions: PluginPermissions;
  /** Whether it may have a table. */
  readonly mayHaveTable: boolean;
}

/** What the sandboxed plugins of one handler share. */
export class Sandbox {
  /** The processes that there may be. */
  readonly slots: ProcessSlots;
  /** Those that are started ahead; {@linkcode Sandbox.close} ends them. */
  readonly spares: SpareChildren;
  /** Which of them starts next. */
  readonly boots: BootQueue = new BootQueue();
  /** Megabytes that the JavaScript heap of a plugin may have. */
  readonly memoryMb: number;
  /** Milliseconds without a call after which a process is stopped. */
  readonly idleMs: number;
  /** Milliseconds that any call may take where no other limit holds. */
  readonly maxCallMs: number;
  /** Milliseconds after which a stream that nobody reads is given up. */
  readonly unreadMs: number;
  /** How many lines a plugin may log in a second. */
  readonly logLinesPerSecond: number;
  /** What a plugin's table may cost. */
  readonly storeLimits: StoreLimits;
  readonly #denoPath: string | undefined;
  readonly #tables: () => string | undefined;
  #confinement: Promise<SystemConfinement> | undefined;
  #canMakePipes: Promise<boolean> | undefined;

  /**
   * Sets the limits; nothing is started yet.
   *
   * @param tables The folder of all plugins' tables, which no grant reaches.
   */
  constructor(
    options: SandboxOptions = {},
    tables: () => string | undefined = () => undefined,
  ) {
    this.#tables = tables;
    const settings = { ...SANDBOX_DEFAULTS, ...withoutUndefined(options) };
    this.slots = new ProcessSlots(settings.maxProcesses);
    this.spares = new SpareChildren(
      // Only who closes it has any: they would outlive it.
      options.spare ?? 0,
      this.slots,
      (launch) => this.clear(launch),
    );
    this.memoryMb = settings.memoryMb;
    this.idleMs = settings.idleMs;
    this.maxCallMs = settings.maxCallMs;
    this.unreadMs = settings.unreadMs;
    this.logLinesPerSecond = settings.logLinesPerSecond;
    this.storeLimits = {
      maxRows: settings.maxRows,
      maxTableBytes: settings.maxTableBytes,
    };
    this.#denoPath = options.denoPath;
    if (options.confinement !== undefined) {
      this.#confinement = Promise.resolve(options.confinement);
    }
  }

  /**
   * How a plugin's process is started. What the system adds to Deno's own
   * limits is found out once.
   */
  async launch(
    { permissions, mayHaveTable }: GuestLaunch,
  ): Promise<LaunchOptions> {
    const confinement = await this.#confine();
    const hasPipes = mayHaveTable && confinement !== "none" &&
      await (this.#canMakePipes ??= canMakePipes(newScratchFolder()));
    return {
      denoPath: this.#deno,
      memoryMb: this.memoryMb,
      permissions,
      confinement,
      role: "guest",
      denied: this.#tables(),
      ...hasPipes ? { pipes: newScratchFolder() } : {},
      ...permissions.import === undefined ? {} : { cache: newScratchFolder() },
    };
  }

  /**
   * How the store of a table is started.
   *
   * @param options The pipes to its guest, or the database to copy from.
   */
  async launchStore(
    { path, folder }: TableFile,
    { pipes, from }: { readonly pipes?: string; readonly from?: string },
  ): Promise<LaunchOptions> {
    // Where the host could not make the folder, its store does.
    const own = isThere(folder) ? path : folder;
    return {
      denoPath: this.#deno,
      memoryMb: STORE_MEMORY_MB,
      permissions: {
        read: from === undefined ? [own] : [own, from],
        write: [own],
      },
      confinement: await this.#confine(),
      role: "store",
      pipes,
    };
  }

  /** Ends what was started ahead. */
  close(): Promise<void> {
    return this.spares.close();
  }

  /** Removes what a process that has ended leaves behind. */
  async clear({ pipes, cache }: LaunchOptions): Promise<void> {
    const left = [
      ...pipes === undefined ? [] : pipeNames(pipes),
      ...cache === undefined ? [] : [cache],
    ];
    for (const path of left) await this.removeFolder(path);
  }

  /** Removes a folder or file, whatever the host itself may do. */
  removeFolder(folder: string): Promise<void> {
    return removeFolder(folder, () => this.#deno);
  }

  get #deno(): string {
    return this.#denoPath ?? thisDeno();
  }

  #confine(): Promise<SystemConfinement> {
    return this.#confinement ??= systemConfinement();
  }
}

/** Whether a folder is there, as far as the host may look. */
function isThere(folder: string): boolean {
  const permission = { name: "read", path: folder } as const;
  if (Deno.permissions.querySync(permission).state !== "granted") return false;
  try {
    return Deno.statSync(folder).isDirectory;
  } catch {
    return false;
  }
}
