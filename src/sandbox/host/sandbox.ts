/**
 * What the sandboxed plugins of one handler share: how their processes are
 * started, what each may use, and how many there may be.
 *
 * @module
 */
import { BootQueue } from "../process/boot_queue.ts";
import {
  type LaunchOptions,
  type SystemConfinement,
  systemConfinement,
} from "../process/launcher.ts";
import type { PluginPermissions } from "../process/permissions.ts";
import { ProcessSlots } from "../process/process_slots.ts";
import type { StatementLimits } from "./statement_guard.ts";

/** How sandboxed plugins run. */
export interface SandboxOptions {
  /**
   * The `deno` that runs the plugins; a compiled host has to name one.
   *
   * @default Deno.execPath()
   */
  readonly denoPath?: string;
  /**
   * Megabytes that the JavaScript heap of a plugin may have.
   *
   * @default 64
   */
  readonly memoryMb?: number;
  /**
   * How many processes there may be at a time; 0 for no limit. Plugins beyond
   * it take turns.
   *
   * @default 32
   */
  readonly maxProcesses?: number;
  /**
   * Milliseconds without a call after which a process is stopped; 0 to keep it.
   *
   * @default 60000
   */
  readonly idleMs?: number;
  /**
   * How many rows a statement of a plugin may return.
   *
   * @default 100000
   */
  readonly maxRows?: number;
  /**
   * Milliseconds that a statement of a plugin may take.
   *
   * @default 1000
   */
  readonly statementTimeoutMs?: number;
  /**
   * How many lines a plugin may log in a second; more are dropped and counted.
   *
   * @default 100
   */
  readonly logLinesPerSecond?: number;
  /**
   * What the system adds to Deno's own limits.
   *
   * @default what the system is found to offer
   */
  readonly confinement?: SystemConfinement;
}

/** What the sandboxed plugins of one handler share. */
export class Sandbox {
  /** The processes that there may be. */
  readonly slots: ProcessSlots;
  /** Which of them starts next. */
  readonly boots: BootQueue = new BootQueue();
  /** Megabytes that the JavaScript heap of a plugin may have. */
  readonly memoryMb: number;
  /** Milliseconds without a call after which a process is stopped. */
  readonly idleMs: number;
  /** How many lines a plugin may log in a second. */
  readonly logLinesPerSecond: number;
  /** What a statement of a plugin may cost. */
  readonly statementLimits: StatementLimits;
  readonly #denoPath: string | undefined;
  #confinement: Promise<SystemConfinement> | undefined;

  /**
   * Sets the limits; nothing is started yet.
   *
   * @param options The limits.
   */
  constructor(options: SandboxOptions = {}) {
    this.slots = new ProcessSlots(options.maxProcesses ?? 32);
    this.memoryMb = options.memoryMb ?? 64;
    this.idleMs = options.idleMs ?? 60_000;
    this.logLinesPerSecond = options.logLinesPerSecond ?? 100;
    this.statementLimits = {
      maxRows: options.maxRows ?? 100_000,
      timeoutMs: options.statementTimeoutMs ?? 1_000,
    };
    this.#denoPath = options.denoPath;
    if (options.confinement !== undefined) {
      this.#confinement = Promise.resolve(options.confinement);
    }
  }

  /**
   * How a process is started. What the system adds to Deno's own limits is
   * found out once.
   *
   * @param permissions What the plugin may do.
   * @returns How.
   */
  async launch(permissions: PluginPermissions): Promise<LaunchOptions> {
    const { memoryMb } = this;
    return {
      denoPath: this.#denoPath ?? Deno.execPath(),
      memoryMb,
      permissions,
      confinement: await (this.#confinement ??= systemConfinement()),
    };
  }
}
