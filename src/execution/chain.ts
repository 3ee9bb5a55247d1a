/**
 * Compiles a route's actions into one function that runs them in order. A
 * chain stays synchronous until an action returns a promise.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import { withinLimit } from "../async/within_limit.ts";
import { checkTimedOut } from "./chain_errors.ts";
import { type ChainOptions, ChainRun } from "./chain_run.ts";
import type { ChainInput, RunChain } from "./plugin_runner.ts";
import type { ValidatedParts } from "./validate.ts";

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
    const parts = checked(options, () => check(input));
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

function checked<R>(options: ChainOptions, check: () => R): R {
  try {
    return check();
  } catch (error) {
    return failed(options, error);
  }
}

/** A schema that refuses is no failure of the plugin's; one that breaks is. */
function failed({ health, steps }: ChainOptions, error: unknown): never {
  const isRefusal = error instanceof PluginError &&
    error.code === "VALIDATION_FAILED";
  const first = steps[0];
  if (!isRefusal && first !== undefined) {
    first.stats.calls++;
    health.actionFailed(first.name, error);
  }
  throw error;
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
    .catch((error) => failed(options, error))
    .then((parts) => runWith(options, input, parts))
    .finally(() => running.leave());
}
