/**
 * Chains actions whose results have types.
 *
 * @module
 */
import type {
  ActionHandler,
  PluginTable,
  Untyped,
  ValidatedActionContext,
} from "../plugin/plugin.ts";

/** What a step of a chain receives: the result of the step before it, typed. */
export interface StepContext<T, TPrevious>
  extends Omit<ValidatedActionContext<T>, "previousAction" | "table"> {
  /** The plugin's table. */
  readonly table: PluginTable<T>;
  /** What the step before this one returned; undefined for the first. */
  readonly previousAction: TPrevious;
}

/** A step of a chain. */
export type StepHandler<T, TPrevious, TReturn> = (
  context: StepContext<T, TPrevious>,
) => TReturn;

/**
 * Actions in the order in which a route runs them; made by {@linkcode chain}.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam N The names of the steps.
 * @typeParam TLast What the last step returns.
 */
export class ActionChain<T, N extends string, TLast> {
  /** The steps by name, for `config.actions`. */
  readonly actions: { readonly [K in N]: ActionHandler<T> };
  /** The names in order, for `actions` of a route. */
  readonly names: readonly N[];

  /** @ignore */
  constructor(
    actions: { readonly [K in N]: ActionHandler<T> },
    names: readonly N[],
  ) {
    this.actions = actions;
    this.names = names;
  }

  /**
   * Adds a step. This chain stays as it is, so that several can go on from it.
   *
   * @typeParam M The step's name.
   * @typeParam TReturn What the step returns.
   * @param name The step's name.
   * @param handler The step; `previousAction` is what the last one returned.
   * @returns The longer chain.
   */
  step<M extends string, TReturn>(
    name: M,
    handler: StepHandler<T, TLast, TReturn>,
  ): ActionChain<T, N | M, Awaited<TReturn>> {
    const actions = { ...this.actions, [name]: handler };
    return new ActionChain<T, N | M, Awaited<TReturn>>(
      actions as unknown as { readonly [K in N | M]: ActionHandler<T> },
      [...this.names, name],
    );
  }
}

/** Starts a chain of a plugin whose rows are `T`. */
export type ChainStart<T> = <N extends string, TReturn>(
  name: N,
  handler: StepHandler<T, undefined, TReturn>,
) => ActionChain<T, N, Awaited<TReturn>>;

/**
 * With a row type and no argument, returns a function that starts a chain, so
 * that the results are inferred beside the given row type.
 *
 * @typeParam T The rows of the plugin's table.
 * @returns A function that starts a chain.
 *
 * @example Typed rows
 * ```ts
 * import { chain } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const save = chain<{ id: number; text: string }>()(
 *   "parse",
 *   ({ body }) => ({ text: String(body.text) }),
 * ).step("save", ({ table, previousAction }) => table?.insert(previousAction));
 * assertEquals(save.names, ["parse", "save"]);
 * ```
 */
export function chain<T>(): ChainStart<T>;
/**
 * Starts a chain of actions of which each knows the type of what the one before
 * it returned.
 *
 * @typeParam N The step's name.
 * @typeParam TReturn What the step returns.
 * @param name The name of the first step.
 * @param handler The first step.
 * @returns The chain, to which `step` adds.
 *
 * @example A route of two steps
 * ```ts
 * import { chain, definePlugin } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const save = chain("parse", ({ body }) => ({ words: String(body).split(" ") }))
 *   .step("count", ({ previousAction }) => previousAction.words.length);
 *
 * const plugin = definePlugin({
 *   name: "words",
 *   version: "1.0.0",
 *   config: {
 *     actions: { ...save.actions },
 *     apiRoutes: { "POST /words": { actions: save.names } },
 *   },
 * });
 * assertEquals(plugin.config?.apiRoutes?.["POST /words"]?.actions, [
 *   "parse",
 *   "count",
 * ]);
 * ```
 */
export function chain<N extends string, TReturn>(
  name: N,
  handler: StepHandler<Untyped, undefined, TReturn>,
): ActionChain<Untyped, N, Awaited<TReturn>>;
export function chain(name?: string, handler?: unknown): unknown {
  if (name === undefined) return chain;
  const actions = { [name]: handler } as Record<string, ActionHandler<Untyped>>;
  return new ActionChain(actions, [name]);
}
