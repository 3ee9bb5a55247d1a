/**
 * Follows one run of a chain in another process: counts and times its actions,
 * and says which of them failed.
 *
 * @module
 */
import type { RouteContribution } from "../../plugin/contributions.ts";
import { ActionError, PluginError } from "../../shared/errors.ts";
import type { PluginIdentity } from "../../plugin/plugin.ts";
import { actionTimedOut } from "../../execution/chain_errors.ts";
import type { PluginHealth } from "../../execution/plugin_health.ts";
import { TIMED_OUT } from "./session_errors.ts";
import type { CallWatch } from "./pending_call.ts";

/** What a chain is followed with. */
export interface ChainWatchOptions {
  /** The chain's route. */
  readonly route: RouteContribution;
  /** Where its actions are counted. */
  readonly health: PluginHealth;
  /** Whose it is. */
  readonly plugin: PluginIdentity;
  /** Milliseconds that an action may take; 0 for no limit. */
  readonly actionTimeoutMs: number;
  /** When the host stops waiting for an action with this limit. */
  readonly limitOf: (ms: number) => number;
}

/** Follows one run of a chain. */
export class ChainWatch implements CallWatch {
  readonly steps: number;
  readonly #options: ChainWatchOptions;
  #stats: ReturnType<PluginHealth["action"]> | undefined;
  #index = -1;
  #startedAt = performance.now();
  #limit = 0;

  /**
   * @param options The chain, and where it is counted.
   */
  constructor(options: ChainWatchOptions) {
    this.#options = options;
    this.steps = options.route.actions.length;
  }

  /** Milliseconds that the host waits for an action, given its own limit. */
  limitMs(own: number | undefined): number {
    this.#limit = own ?? this.#options.actionTimeoutMs;
    return this.#options.limitOf(this.#limit);
  }

  /** The action before has ended, and another one begins. */
  onStep(index: number): void {
    this.#reach(index);
  }

  /** The chain ended well. */
  succeeded(): void {
    // The first action is not announced where it ends at once.
    this.#reach(0);
    this.#measure();
    this.#options.health.succeeded();
  }

  /**
   * The chain failed.
   *
   * @param thrown What it failed with.
   * @param aborted Whether the client had hung up, which says nothing about
   * the plugin.
   * @returns What to throw.
   */
  failed(thrown: unknown, aborted: boolean): unknown {
    const error = thrown === TIMED_OUT ? this.#timedOut() : thrown;
    if (aborted || !isFailure(error)) return error;
    if (error instanceof ActionError) this.#reach(0);
    this.#measure();
    if (this.#stats !== undefined) this.#stats.failures++;
    // A crash is counted once, not for each call that it took along.
    if (error.code !== "SANDBOX_CRASHED") this.#options.health.failed(error);
    return error;
  }

  #reach(index: number): void {
    const { health, route } = this.#options;
    while (this.#index < index) {
      this.#measure();
      this.#stats = health.action(route.actions[++this.#index]!);
      this.#stats.calls++;
      // The first has been on its way since the call was made.
      if (this.#index > 0) this.#startedAt = performance.now();
    }
  }

  #measure(): void {
    this.#stats?.measure(performance.now() - this.#startedAt);
  }

  #timedOut(): PluginError {
    const { plugin, route } = this.#options;
    const index = Math.max(0, this.#index);
    return actionTimedOut(plugin, {
      action: route.actions[index]!,
      index,
      timeoutMs: this.#limit,
    });
  }
}

function isFailure(error: unknown): error is PluginError {
  return error instanceof PluginError &&
    (error.code === "ACTION_FAILED" || error.code === "ACTION_TIMEOUT" ||
      error.code === "SANDBOX_CRASHED");
}
