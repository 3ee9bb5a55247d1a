/**
 * Compiles a route's actions into one function, which runs them in order: in
 * one loop for those that answer at once and those that do not, counting them,
 * until one ends the chain, fails or takes too long. A chain stays synchronous
 * until an action returns a promise.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import type { PluginContext } from "../../shared/plugin_context.ts";
import { isTracing, pluginAttributes, withSpan } from "../../shared/tracing.ts";
import type { ActionHandler, Row, Untyped } from "../../plugin/plugin.ts";
import type { RunningCalls } from "../../async/in_flight.ts";
import { Deadline } from "../../async/deadline.ts";
import { isThenable } from "../../async/thenable.ts";
import { isLimit, Timer } from "../../async/timer.ts";
import { withinLimit } from "../../async/within_limit.ts";
import { ActionContext, type ChainPlugin } from "./action_context.ts";
import type { CallStats } from "../health/call_stats.ts";
import {
  actionFailed,
  actionTimedOut,
  chainTimedOut,
  checkTimedOut,
} from "./chain_errors.ts";
import { mayCopyContext } from "../reads_payload.ts";
import { isResponse, liveAnswer, mayStream } from "./live_answer.ts";
import type { ChainInput, RunChain } from "../plugin_runner.ts";
import type { PluginHealth } from "../health/plugin_health.ts";
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
  /**
   * Whether an action may copy its context.
   *
   * @default what the source text of the actions shows
   */
  readonly copiesContext?: boolean;
  /** Told about every chain that does not end at once. */
  readonly running: RunningCalls;
  /** Told about every answer whose body is yet to be read. */
  readonly streaming: RunningCalls;
}

/**
 * Compiles a chain.
 *
 * @param options The steps, and whose they are.
 * @param context The asynchronous context to run them in, where the caller does
 * not see to that.
 */
export function compileChain(
  options: ChainOptions,
  context?: Pick<PluginContext, "call">,
): RunChain {
  const copiesContext = options.steps
    .some(({ handler }) => mayCopyContext(handler));
  const run = compile({ copiesContext, ...options });
  return context === undefined ? run : (input) => context.call(run, input);
}

function compile(options: ChainOptions): RunChain {
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

/** One run of a chain. */
class ChainRun {
  readonly #options: ChainOptions;
  readonly #input: ChainInput;
  readonly #parts: readonly ValidatedParts[] | undefined;
  readonly #context: ActionContext;
  /** The position of the action that was called last. */
  #index = -1;
  #startedAt = 0;
  readonly #traced = isTracing();
  // What only a chain that waits needs.
  #deadline: Deadline | undefined;
  #timer: Timer | undefined;
  #resolve: ((value: unknown) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #isSettled = false;

  /**
   * @param options The actions, and whose they are; one at least.
   * @param input What the call brings with it.
   * @param parts What the schemas made of it, for each action.
   */
  constructor(
    options: ChainOptions,
    input: ChainInput,
    parts?: readonly ValidatedParts[],
  ) {
    this.#options = options;
    this.#input = input;
    this.#parts = parts;
    this.#context = new ActionContext(options.plugin, input);
    if (options.copiesContext) ActionContext.spreadable(this.#context);
  }

  /**
   * Runs the chain.
   *
   * @returns Its value, or a promise of it once an action has returned one.
   * Time limits reject that promise, whatever the actions do.
   * @throws {PluginError} `ACTION_FAILED`; `CONSTRAINT_FAILED` for a row that
   * the table does not take, `STORE_FAILED` for the host's trouble.
   */
  start(): unknown {
    try {
      const value = this.#advance(undefined);
      return isThenable(value) ? this.#wait(value) : this.#result(value);
    } catch (thrown) {
      return this.#caught(thrown);
    }
  }

  /**
   * Calls actions until the chain is over or one has to be waited for.
   *
   * @param previous What the action before returned.
   * @returns The value of the chain, or what has to be waited for.
   */
  #advance(previous: unknown): unknown {
    let value = previous;
    do {
      value = this.#call(value);
      if (isThenable(value)) return value;
      this.#measure();
    } while (!this.#isOver(value));
    return value;
  }

  #call(previous: unknown): unknown {
    const context = this.#context;
    const { plugin, steps } = this.#options;
    const { handler, stats } = steps[++this.#index]!;
    if (this.#parts !== undefined) {
      ActionContext.see(context, this.#input, this.#parts[this.#index]!);
    }
    context.previousAction = previous;
    context.table = plugin.table();
    this.#startedAt = stats.sampled ? performance.now() : 0;
    stats.calls++;
    return this.#traced ? this.#callTraced() : handler(context);
  }

  /** A response ends the chain, and so does `stop`, even where it is caught. */
  #isOver(value: unknown): boolean {
    return this.#index + 1 === this.#options.steps.length ||
      ActionContext.stopped(this.#context) || isResponse(value);
  }

  #wait(first: PromiseLike<unknown>): Promise<unknown> {
    const { running, timeoutMs } = this.#options;
    running.enter();
    this.#deadline = new Deadline(() => this.#stepTimedOut());
    if (isLimit(timeoutMs)) {
      this.#timer = new Timer(timeoutMs, () => this.#chainTimedOut());
    }
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#goOn(first, this.#deadline!);
    });
  }

  async #goOn(first: unknown, deadline: Deadline): Promise<void> {
    let value = first;
    try {
      while (isThenable(value)) {
        deadline.start(this.#step.timeoutMs);
        value = await value;
        if (this.#isSettled) return;
        this.#measure();
        if (this.#isOver(value)) break;
        ActionContext.throwIfAborted(this.#context);
        value = this.#advance(value);
      }
      value = this.#result(value);
    } catch (thrown) {
      // A limit has rejected it already.
      if (this.#isSettled) return;
      try {
        value = this.#caught(thrown);
      } catch (error) {
        this.#reject!(error);
      }
    }
    this.#end();
    this.#resolve!(value);
  }

  #stepTimedOut(): void {
    const { name, timeoutMs } = this.#step;
    this.#timedOut(actionTimedOut(this.#options.plugin.identity, {
      action: name,
      index: this.#index,
      timeoutMs,
    }));
  }

  #chainTimedOut(): void {
    this.#timedOut(chainTimedOut(this.#options.plugin.identity, {
      action: this.#step.name,
      index: this.#index,
      timeoutMs: this.#options.timeoutMs,
    }));
  }

  #timedOut(error: PluginError): void {
    this.#end();
    this.#failed(error);
    ActionContext.abort(this.#context, error);
    this.#reject!(error);
  }

  #end(): void {
    this.#isSettled = true;
    this.#deadline!.stop();
    this.#timer?.stop();
    this.#options.running.leave();
  }

  /** The value of the chain, which has done its work. */
  #result(value: unknown): unknown {
    const context = this.#context;
    this.#input.answeredBy = this.#index;
    this.#options.health.hasAnswered = true;
    const result = ActionContext.stopped(context)
      ? ActionContext.result(context)
      : value;
    if (!mayStream(result)) return result;
    return liveAnswer(result, {
      calls: this.#options.streaming,
      ended: this.#options.plugin.unloaded,
      failed: (cause) => this.#answerFailed(cause),
    });
  }

  #caught(thrown: unknown): unknown {
    this.#measure();
    if (ActionContext.stopped(this.#context)) return this.#result(undefined);
    throw this.#answerFailed(thrown);
  }

  /** Names an action that threw, or whose answer broke while it was read. */
  #answerFailed(cause: unknown): PluginError {
    const error = actionFailed(this.#options.plugin.identity, {
      action: this.#step.name,
      index: this.#index,
      cause,
    });
    // A client that hangs up, or an unload, says nothing about the plugin.
    if (ActionContext.abortion(this.#context) === undefined) {
      this.#failed(error);
    }
    return error;
  }

  #failed(error: PluginError): void {
    this.#options.health.actionFailed(this.#step.name, error);
  }

  #measure(): void {
    if (this.#startedAt === 0) return;
    this.#step.stats.measure(performance.now() - this.#startedAt);
    this.#startedAt = 0;
  }

  get #step(): ChainStep {
    return this.#options.steps[this.#index]!;
  }

  #callTraced(): unknown {
    const context = this.#context;
    const { name, handler } = this.#step;
    const attributes = {
      ...pluginAttributes(this.#options.plugin.identity),
      "code.function.name": name,
      "dockstat.action.index": this.#index,
    };
    // Stopping is not an error, though it comes as one.
    const stopped = (thrown: unknown) => {
      if (!ActionContext.stopped(context)) throw thrown;
    };
    return withSpan(`action ${name}`, { attributes }, () => {
      try {
        const value = handler(context);
        return value instanceof Promise ? value.catch(stopped) : value;
      } catch (thrown) {
        return stopped(thrown);
      }
    });
  }
}
