/**
 * Compiles a route's actions into one function that runs them in order. A
 * chain stays synchronous until an action returns a promise.
 *
 * @module
 */
import type { ActionHandler, Row, Untyped } from "../plugin.ts";
import { isTracing, pluginAttributes, withSpan } from "../tracing.ts";
import { ActionContext, type ChainPlugin } from "./action_context.ts";
import type { CallStats } from "./call_stats.ts";
import {
  actionFailed,
  actionTimedOut,
  chainTimedOut,
  checkTimedOut,
} from "./chain_errors.ts";
import { Deadline } from "./deadline.ts";
import type { PluginHealth } from "./plugin_health.ts";
import type { ChainInput, RunChain } from "./plugin_runner.ts";
import type { RunningCalls } from "./running_calls.ts";
import { isThenable } from "./thenable.ts";
import type { CheckInput, ValidatedParts } from "./validate.ts";
import { withinLimit } from "./within_limit.ts";

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
}

/**
 * Compiles a chain.
 *
 * @param options The steps, and whose they are.
 * @returns The function that runs them.
 */
export function compileChain(options: ChainOptions): RunChain {
  const { check, plugin, running, steps } = options;
  if (check === undefined) {
    return (input) => new ChainRun(options, input).start();
  }
  return (input) => {
    const parts = check(input);
    if (!(parts instanceof Promise)) {
      return new ChainRun(options, input, parts).start();
    }
    const timeoutMs = steps[0]?.timeoutMs ?? 0;
    const chain = withinLimit(
      parts,
      timeoutMs,
      () => checkTimedOut(plugin.identity, timeoutMs),
    ).then((checked) => new ChainRun(options, input, checked).start());
    running.enter();
    return chain.finally(() => running.leave());
  };
}

/** One run of a chain. */
class ChainRun {
  readonly #options: ChainOptions;
  readonly #input: ChainInput;
  readonly #parts: readonly ValidatedParts[] | undefined;
  readonly #context: ActionContext;
  readonly #traced = isTracing();
  #index = 0;
  #startedAt = 0;
  #over = false;
  // What follows is made when an action returns a promise.
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #deadline!: Deadline;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    options: ChainOptions,
    input: ChainInput,
    parts?: readonly ValidatedParts[],
  ) {
    this.#options = options;
    this.#input = input;
    this.#parts = parts;
    this.#context = new ActionContext(options.plugin, input);
  }

  /** Runs the actions until the chain ends or one returns a promise. */
  start(): unknown {
    const count = this.#options.steps.length;
    let value: unknown;
    try {
      while (this.#index < count) {
        value = this.#call(value);
        if (isThenable(value)) return this.#continue(value);
        this.#succeeded();
        if (this.#endsWith(value)) return this.#result(value);
        this.#index++;
      }
      return value;
    } catch (thrown) {
      return this.#caught(thrown);
    }
  }

  /** Time limits settle the promise, whatever the actions do. */
  #continue(pending: PromiseLike<unknown>): Promise<unknown> {
    const chain = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#deadline = new Deadline(() => this.#timeOut(false));
    const { timeoutMs, running } = this.#options;
    running.enter();
    if (timeoutMs > 0) {
      this.#timer = setTimeout(() => this.#timeOut(true), timeoutMs);
    }
    this.#finish(pending);
    return chain;
  }

  async #finish(first: unknown): Promise<void> {
    const { steps } = this.#options;
    let value = first;
    try {
      for (;;) {
        if (isThenable(value)) {
          this.#deadline.start(steps[this.#index]!.timeoutMs);
          value = await value;
          if (this.#over) return;
        }
        this.#succeeded();
        if (this.#endsWith(value) || ++this.#index === steps.length) break;
        ActionContext.throwIfAborted(this.#context);
        value = this.#call(value);
      }
      this.#end();
      this.#resolve(this.#result(value));
    } catch (thrown) {
      if (this.#over) return;
      this.#end();
      try {
        this.#resolve(this.#caught(thrown));
      } catch (error) {
        this.#reject(error);
      }
    }
  }

  #call(previous: unknown): unknown {
    const context = this.#context;
    const { plugin, steps } = this.#options;
    const { handler, stats } = steps[this.#index]!;
    if (this.#parts !== undefined) {
      ActionContext.see(context, this.#input, this.#parts[this.#index]!);
    }
    context.previousAction = previous;
    context.table = plugin.table();
    this.#startedAt = stats.sampled ? performance.now() : 0;
    stats.calls++;
    return this.#traced ? this.#callTraced() : handler(context);
  }

  #callTraced(): unknown {
    const context = this.#context;
    const { plugin, steps } = this.#options;
    const { name, handler } = steps[this.#index]!;
    const attributes = {
      ...pluginAttributes(plugin.identity),
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

  #endsWith(value: unknown): boolean {
    return value instanceof Response || ActionContext.stopped(this.#context);
  }

  /** What `stop` was called with wins, even where the action caught it. */
  #result(value: unknown): unknown {
    return ActionContext.stopped(this.#context)
      ? ActionContext.result(this.#context)
      : value;
  }

  #caught(thrown: unknown): unknown {
    const context = this.#context;
    if (ActionContext.stopped(context)) return ActionContext.result(context);
    const { plugin, steps } = this.#options;
    const { name } = steps[this.#index]!;
    const error = actionFailed(plugin.identity, {
      action: name,
      index: this.#index,
      cause: thrown,
    });
    // A client that hangs up, or an unload, says nothing about the plugin.
    if (ActionContext.abortion(context) === undefined) this.#failed(error);
    throw error;
  }

  #timeOut(wholeChain: boolean): void {
    const { plugin, steps, timeoutMs } = this.#options;
    const step = steps[this.#index]!;
    const subject = { action: step.name, index: this.#index };
    const error = wholeChain
      ? chainTimedOut(plugin.identity, { ...subject, timeoutMs })
      : actionTimedOut(plugin.identity, {
        ...subject,
        timeoutMs: step.timeoutMs,
      });
    this.#end();
    this.#failed(error);
    ActionContext.abort(this.#context, error);
    this.#reject(error);
  }

  #end(): void {
    this.#over = true;
    this.#deadline.stop();
    this.#options.running.leave();
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  #succeeded(): void {
    this.#measure();
    this.#options.health.succeeded();
  }

  #failed(error: unknown): void {
    this.#measure();
    this.#options.steps[this.#index]!.stats.failures++;
    this.#options.health.failed(error);
  }

  #measure(): void {
    if (this.#startedAt === 0) return;
    this.#options.steps[this.#index]!.stats
      .measure(performance.now() - this.#startedAt);
  }
}
