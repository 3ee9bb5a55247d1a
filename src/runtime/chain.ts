/**
 * Compiles a route's actions into one function that runs them in order. A
 * chain stays synchronous until an action returns a promise.
 *
 * @module
 */
import { ActionError, messageOf, type PluginError } from "../errors.ts";
import type { ActionHandler, Row, Untyped } from "../plugin.ts";
import { ActionContext, type ChainPlugin } from "./action_context.ts";
import type { CallStats } from "./call_stats.ts";
import type { PluginHealth } from "./plugin_health.ts";
import type { ChainInput, RunChain } from "./plugin_runner.ts";

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
  /** Told about every chain that does not end at once. */
  readonly track: (chain: Promise<unknown>) => void;
}

/**
 * Compiles a chain.
 *
 * @param options The steps, and whose they are.
 * @returns The function that runs them.
 */
export function compileChain(options: ChainOptions): RunChain {
  return (input) => new ChainRun(options, input).start();
}

/** One run of a chain. */
class ChainRun {
  readonly #options: ChainOptions;
  readonly #context: ActionContext;
  #index = 0;
  #startedAt = 0;
  #deadline = Infinity;

  constructor(options: ChainOptions, input: ChainInput) {
    this.#options = options;
    this.#context = new ActionContext(options.plugin, input);
  }

  /** Runs the actions until the chain ends or one returns a promise. */
  start(): unknown {
    const count = this.#options.steps.length;
    let value: unknown;
    while (this.#index < count) {
      value = this.#call(value);
      if (isThenable(value)) {
        const rest = this.#finish(value);
        this.#options.track(rest);
        return rest;
      }
      if (this.#endsWith(value)) return this.#result(value);
      this.#index++;
    }
    return value;
  }

  async #finish(pending: unknown): Promise<unknown> {
    const { steps, timeoutMs } = this.#options;
    if (timeoutMs > 0) this.#deadline = performance.now() + timeoutMs;
    for (;;) {
      const value = isThenable(pending) ? await this.#settle(pending) : pending;
      if (this.#endsWith(value)) return this.#result(value);
      if (++this.#index === steps.length) return value;
      const abortion = ActionContext.abortion(this.#context);
      if (abortion !== undefined) throw this.#failure(abortion);
      pending = this.#call(value);
    }
  }

  #call(previous: unknown): unknown {
    const context = this.#context;
    const { handler, stats } = this.#options.steps[this.#index]!;
    context.previousAction = previous;
    context.table = this.#options.plugin.table();
    this.#startedAt = stats.sampled ? performance.now() : 0;
    stats.calls++;
    try {
      const value = handler(context);
      if (!isThenable(value)) this.#succeeded();
      return value;
    } catch (thrown) {
      if (ActionContext.stopped(context)) return undefined;
      throw this.#failure(thrown);
    }
  }

  async #settle(pending: PromiseLike<unknown>): Promise<unknown> {
    try {
      const value = await this.#withinLimit(pending);
      this.#succeeded();
      return value;
    } catch (thrown) {
      if (ActionContext.stopped(this.#context)) return undefined;
      throw this.#failure(thrown);
    }
  }

  #withinLimit(pending: PromiseLike<unknown>): PromiseLike<unknown> {
    const own = this.#options.steps[this.#index]!.timeoutMs || Infinity;
    const left = Math.max(0, this.#deadline - performance.now());
    const limit = Math.min(own, left);
    if (limit === Infinity) return pending;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const error = this.#timedOut(left < own);
        ActionContext.abort(this.#context, error);
        reject(error);
      }, limit);
      pending.then(resolve, reject).then(() => clearTimeout(timer));
    });
  }

  #endsWith(value: unknown): boolean {
    return value instanceof Response || ActionContext.stopped(this.#context);
  }

  #result(value: unknown): unknown {
    return ActionContext.stopped(this.#context)
      ? ActionContext.result(this.#context)
      : value;
  }

  #succeeded(): void {
    this.#measure();
    this.#options.health.succeeded();
  }

  #measure(): void {
    if (this.#startedAt === 0) return;
    this.#options.steps[this.#index]!.stats
      .measure(performance.now() - this.#startedAt);
  }

  #timedOut(wholeChain: boolean): ActionError {
    const { steps, timeoutMs, plugin } = this.#options;
    const step = steps[this.#index]!;
    return new ActionError(
      "ACTION_TIMEOUT",
      wholeChain
        ? `Cannot finish the route of plugin "${plugin.identity.name}": it took longer than ${timeoutMs} ms in action "${step.name}"; raise the route's timeoutMs, or let the action watch its signal`
        : `Cannot finish action "${step.name}" of plugin "${plugin.identity.name}": it took longer than ${step.timeoutMs} ms; raise actionTimeoutMs, or let the action watch its signal`,
      { action: step.name, index: this.#index, pluginId: plugin.identity.id },
    );
  }

  #failure(thrown: unknown): PluginError {
    const { plugin, health, steps } = this.#options;
    const { name, stats } = steps[this.#index]!;
    const error = isTimeout(thrown) ? thrown : new ActionError(
      "ACTION_FAILED",
      `Cannot finish action "${name}" of plugin "${plugin.identity.name}": ${
        messageOf(thrown)
      }`,
      {
        action: name,
        index: this.#index,
        pluginId: plugin.identity.id,
        cause: thrown,
      },
    );
    // A client that hangs up, or an unload, says nothing about the plugin.
    if (ActionContext.abortion(this.#context) === undefined) {
      this.#measure();
      stats.failures++;
      health.failed(error);
    }
    return error;
  }
}

function isTimeout(thrown: unknown): thrown is ActionError {
  return thrown instanceof ActionError && thrown.code === "ACTION_TIMEOUT";
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}
