/**
 * Calls the actions of one run of a chain, one at a time, and counts them.
 *
 * @module
 */
import type { ActionError } from "../shared/errors.ts";
import { isTracing, pluginAttributes, withSpan } from "../shared/tracing.ts";
import { ActionContext } from "./action_context.ts";
import { actionFailed } from "./chain_errors.ts";
import type { ChainOptions, ChainStep } from "./chain_options.ts";
import type { ChainInput } from "./plugin_runner.ts";
import type { ValidatedParts } from "./validate.ts";

/** The calls of one run of a chain. */
export class ChainCalls {
  /** The position of the action that was called last. */
  index = -1;
  readonly #options: ChainOptions;
  readonly #input: ChainInput;
  readonly #parts: readonly ValidatedParts[] | undefined;
  readonly #context: ActionContext;
  readonly #traced = isTracing();
  #startedAt = 0;

  /**
   * @param options The actions, and whose they are.
   * @param input What the call brings with it.
   * @param parts What the schemas made of it, for each action.
   */
  constructor(
    options: ChainOptions,
    input: ChainInput,
    parts: readonly ValidatedParts[] | undefined,
  ) {
    this.#options = options;
    this.#input = input;
    this.#parts = parts;
    this.#context = new ActionContext(options.plugin, input);
  }

  /** The action that was called last. */
  get step(): ChainStep {
    return this.#options.steps[this.index]!;
  }

  /**
   * Calls the next action.
   *
   * @param previous What the action before it returned.
   * @returns What it returns.
   */
  next(previous: unknown): unknown {
    const context = this.#context;
    const { plugin, steps } = this.#options;
    const { handler, stats } = steps[++this.index]!;
    if (this.#parts !== undefined) {
      ActionContext.see(context, this.#input, this.#parts[this.index]!);
    }
    context.previousAction = previous;
    context.table = plugin.table();
    this.#startedAt = stats.sampled ? performance.now() : 0;
    stats.calls++;
    return this.#traced ? this.#callTraced() : handler(context);
  }

  /** Goes no further where the request was aborted or the plugin unloaded. */
  throwIfAborted(): void {
    ActionContext.throwIfAborted(this.#context);
  }

  /**
   * Whether the chain ends here, whatever actions are left.
   *
   * @param value What the last action returned.
   * @returns Whether it is a response, or the action called `stop`.
   */
  isOver(value: unknown): boolean {
    return this.index + 1 === this.#options.steps.length ||
      ActionContext.stopped(this.#context) || value instanceof Response;
  }

  /**
   * The value of the chain, which has done its work.
   *
   * @param value What the last action returned.
   * @returns What `stop` was called with, even where the action caught that,
   * else the value.
   */
  result(value: unknown): unknown {
    this.#options.health.succeeded();
    return ActionContext.stopped(this.#context)
      ? ActionContext.result(this.#context)
      : value;
  }

  /**
   * Takes what an action threw.
   *
   * @param thrown What it threw.
   * @returns The value of the chain, where the action called `stop`.
   * @throws {ActionError} `ACTION_FAILED` otherwise.
   */
  caught(thrown: unknown): unknown {
    const context = this.#context;
    if (ActionContext.stopped(context)) {
      this.measure();
      return this.result(undefined);
    }
    const error = actionFailed(this.#options.plugin.identity, {
      action: this.step.name,
      index: this.index,
      cause: thrown,
    });
    // A client that hangs up, or an unload, says nothing about the plugin.
    if (ActionContext.abortion(context) === undefined) this.#failed(error);
    throw error;
  }

  /** The last action took too long, or the whole chain did. */
  timedOut(error: ActionError): void {
    this.#failed(error);
    ActionContext.abort(this.#context, error);
  }

  #failed(error: ActionError): void {
    this.measure();
    this.step.stats.failures++;
    this.#options.health.failed(error);
  }

  /** The last action is done. */
  measure(): void {
    if (this.#startedAt === 0) return;
    this.step.stats.measure(performance.now() - this.#startedAt);
  }

  #callTraced(): unknown {
    const context = this.#context;
    const { name, handler } = this.step;
    const attributes = {
      ...pluginAttributes(this.#options.plugin.identity),
      "code.function.name": name,
      "dockstat.action.index": this.index,
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
