/**
 * What a host can set about the processes that plugins run in, and what holds
 * where it sets nothing.
 *
 * @module
 */
import {
  aLimit,
  aString,
  count,
  oneOf,
  optionalLimit,
  type RulesOf,
} from "../shared/option_rules.ts";
import type { SystemConfinement } from "./process/launcher.ts";

/** How sandboxed plugins run. */
export interface SandboxOptions {
  /**
   * The `deno` that runs the plugins. A host made by `deno compile` has to name
   * one: it is no `deno` itself.
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
   * How many processes are started ahead, for the next plugins that run without
   * permissions: the first with the first isolated plugin. Each takes about
   * 35 MiB of resident memory, 10 of them its own, and is one of
   * `maxProcesses`, to be ended where a plugin needs its place.
   *
   * @default 1
   */
  readonly spare?: number;
  /**
   * Milliseconds without a call after which a process is stopped; 0 to keep it.
   *
   * @default 60000
   */
  readonly idleMs?: number;
  /**
   * Milliseconds that any call of a plugin may take where no other limit holds,
   * whatever the plugin says.
   *
   * @default 300000
   */
  readonly maxCallMs?: number;
  /**
   * Milliseconds after which a streamed answer that nobody goes on reading is
   * given up; 0 to keep it.
   *
   * @default 60000
   */
  readonly unreadMs?: number;
  /**
   * How many bytes a plugin's table may take on the disk.
   *
   * @default 268435456
   */
  readonly maxTableBytes?: number;
  /**
   * How many rows a statement of a plugin may return.
   *
   * @default 100000
   */
  readonly maxRows?: number;
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

/** The settings that have a default of their own. */
export type SandboxDefaults = Required<
  Omit<SandboxOptions, "denoPath" | "confinement">
>;

/** What holds where the host sets nothing. */
export const SANDBOX_DEFAULTS: SandboxDefaults = {
  memoryMb: 64,
  maxProcesses: 32,
  spare: 1,
  idleMs: 60_000,
  maxCallMs: 300_000,
  unreadMs: 60_000,
  maxTableBytes: 256 * 1024 * 1024,
  maxRows: 100_000,
  logLinesPerSecond: 100,
};

/** What the host may set. */
export const SANDBOX_RULES: RulesOf<SandboxOptions> = {
  denoPath: aString,
  // V8 takes 0 for no limit at all.
  memoryMb: count(8, 65_536),
  maxProcesses: count(0),
  spare: count(0, 64),
  idleMs: optionalLimit,
  maxCallMs: aLimit,
  unreadMs: optionalLimit,
  maxTableBytes: count(65_536),
  maxRows: count(1),
  logLinesPerSecond: count(0),
  confinement: oneOf("full", "limits", "none"),
};
