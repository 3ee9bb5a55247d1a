/**
 * Compiles a route's actions into one function that runs them in order. A
 * chain stays synchronous until an action returns a promise.
 *
 * @module
 */
import type { ActionHandler, Row, Untyped } from "../plugin/plugin.ts";
import type { RunningCalls } from "../async/in_flight.ts";
import { withinLimit } from "../async/within_limit.ts";
import type { ChainPlugin } from "./action_context.ts";
import type { CallStats } from "./call_stats.ts";
import { checkTimedOut } from "./chain_errors.ts";
import { ChainRun } from "./chain_run.ts";
import type { PluginHealth } from "./plugin_health.ts";
import type { ChainInput, RunChain } from "./plugin_runner.ts";
import type { CheckInput, ValidatedParts } from "./validate.ts";

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

/** What a chain is compiled from. */
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
  /** Told about every answer whose body is yet to be read. */
  readonly streaming: RunningCalls;
}

/**
 * Compiles a chain.
 *
 * @param options The steps, and whose they are.
 * @returns The function that runs them.
 */
export function compileChain(options: ChainOptions): RunChain {
  const { check, steps } = options;
  if (check === undefined) {
    return steps.length === 0
      ? () => undefined
      : (input) => new ChainRun(options, input).start();
  }
  return (input) => {
    const parts = check(input);
    return parts instanceof Promise
      ? runChecked(options, input, parts)
      : runWith(options, input, parts);
  };
}

function runWith(
  options: ChainOptions,
  input: ChainInput,
  parts: readonly ValidatedParts[],
): unknown {
  return options.steps.length === 0
    ? undefined
    : new ChainRun(options, input, parts).start();
}

/** Waits for asynchronous schemas, no longer than for the first action. */
function runChecked(
  options: ChainOptions,
  input: ChainInput,
  pending: Promise<readonly ValidatedParts[]>,
): Promise<unknown> {
  const { plugin, running, steps } = options;
  const timeoutMs = steps[0]?.timeoutMs ?? 0;
  running.enter();
  return withinLimit(
    pending,
    timeoutMs,
    () => checkTimedOut(plugin.identity, timeoutMs),
  )
    .then((parts) => runWith(options, input, parts))
    .finally(() => running.leave());
}
