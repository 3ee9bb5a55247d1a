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
import { withoutUndefined } from "../../shared/option_rules.ts";
import { SANDBOX_DEFAULTS, type SandboxOptions } from "../sandbox_options.ts";
import { thisDeno } from "../process/this_deno.ts";
import type { StatementLimits } from "./statement_guard.ts";

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
  /** Milliseconds that any call may take where no other limit holds. */
  readonly maxCallMs: number;
  /** Milliseconds after which a stream that nobody reads is given up. */
  readonly unreadMs: number;
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
    const settings = { ...SANDBOX_DEFAULTS, ...withoutUndefined(options) };
    this.slots = new ProcessSlots(settings.maxProcesses);
    this.memoryMb = settings.memoryMb;
    this.idleMs = settings.idleMs;
    this.maxCallMs = settings.maxCallMs;
    this.unreadMs = settings.unreadMs;
    this.logLinesPerSecond = settings.logLinesPerSecond;
    this.statementLimits = {
      maxRows: settings.maxRows,
      timeoutMs: settings.statementTimeoutMs,
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
      denoPath: this.#denoPath ?? thisDeno(),
      memoryMb,
      permissions,
      confinement: await (this.#confinement ??= systemConfinement()),
    };
  }
}
