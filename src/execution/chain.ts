/**
 * Compiles a route's actions into one function that runs them in order. A
 * chain stays synchronous until an action returns a promise.
 *
 * @module
 */
import { ChainCalls } from "./chain_calls.ts";
import { checkTimedOut } from "./chain_errors.ts";
import type { ChainOptions } from "./chain_options.ts";
import { PendingChain } from "./pending_chain.ts";
import type { ChainInput, RunChain } from "./plugin_runner.ts";
import { isThenable } from "../async/thenable.ts";
import type { ValidatedParts } from "./validate.ts";
import { withinLimit } from "../async/within_limit.ts";

/**
 * Compiles a chain.
 *
 * @param options The steps, and whose they are.
 * @returns The function that runs them.
 */
export function compileChain(options: ChainOptions): RunChain {
  const { check } = options;
  if (check === undefined) return (input) => runChain(options, input);
  return (input) => {
    const parts = check(input);
    return parts instanceof Promise
      ? runChecked(options, input, parts)
      : runChain(options, input, parts);
  };
}

/** Runs the actions until the chain ends or one returns a promise. */
function runChain(
  options: ChainOptions,
  input: ChainInput,
  parts?: readonly ValidatedParts[],
): unknown {
  const calls = new ChainCalls(options, input, parts);
  let value: unknown;
  if (options.steps.length === 0) return value;
  try {
    do {
      value = calls.next(value);
      if (isThenable(value)) return new PendingChain(options, calls).run(value);
      calls.measure();
    } while (!calls.isOver(value));
    return calls.result(value);
  } catch (thrown) {
    return calls.caught(thrown);
  }
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
    .then((parts) => runChain(options, input, parts))
    .finally(() => running.leave());
}
