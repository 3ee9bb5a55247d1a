/**
 * What a chain is compiled from.
 *
 * @module
 */
import type { ActionHandler, Row, Untyped } from "../plugin/plugin.ts";
import type { ChainPlugin } from "./action_context.ts";
import type { CallStats } from "./call_stats.ts";
import type { PluginHealth } from "./plugin_health.ts";
import type { RunningCalls } from "../async/in_flight.ts";
import type { CheckInput } from "./validate.ts";

/** One action of a chain. */
export interface ChainStep {
  /** The action's name. */
  readonly name: string;
  /** The action's function. */
  readonly handler: ActionHandler<Row, Untyped>;
  /** Where its calls are counted. */
  readonly stats: CallStats;
  /** Milliseconds that it may take; 0 for no limit. */
  readonly timeoutMs: number;
}

/** A chain on its way to being compiled. */
export interface ChainOptions {
  /** The plugin that it belongs to. */
  readonly plugin: ChainPlugin;
  /** Where failures are counted. */
  readonly health: PluginHealth;
  /** The actions in order. */
  readonly steps: readonly ChainStep[];
  /** Milliseconds that the whole chain may take; 0 for no limit. */
  readonly timeoutMs: number;
  /** Checks the input against the schemas, where there are any. */
  readonly check?: CheckInput;
  /** Told about every chain that does not end at once. */
  readonly running: RunningCalls;
}
