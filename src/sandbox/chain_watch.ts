/**
 * Follows one run of a chain in another process: counts and times its actions,
 * and says which of them failed.
 *
 * @module
 */
import type { RouteContribution } from "../contributions.ts";
import { PluginError } from "../errors.ts";
import type { PluginIdentity } from "../plugin.ts";
import { actionTimedOut } from "../runtime/chain_errors.ts";
import type { PluginHealth } from "../runtime/plugin_health.ts";
import { TIMED_OUT } from "./guest_session.ts";
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
  #index = 0;
  #startedAt = 0;
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

  /** The action before has ended, and the next one begins. */
  onStep(index: number): void {
    this.#measure();
    const { health, route } = this.#options;
    this.#index = index;
    this.#stats = health.action(route.actions[index]!);
    this.#startedAt = performance.now();
    this.#stats.calls++;
  }

  /** The chain ended well. */
  succeeded(): void {
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
    this.#measure();
    if (this.#stats !== undefined) this.#stats.failures++;
    // A crash is counted once, not for each call that it took along.
    if (error.code !== "SANDBOX_CRASHED") this.#options.health.failed(error);
    return error;
  }

  #measure(): void {
    this.#stats?.measure(performance.now() - this.#startedAt);
  }

  #timedOut(): PluginError {
    const { plugin, route } = this.#options;
    return actionTimedOut(plugin, {
      action: route.actions[this.#index]!,
      index: this.#index,
      timeoutMs: this.#limit,
    });
  }
}

function isFailure(error: unknown): error is PluginError {
  return error instanceof PluginError &&
    (error.code === "ACTION_FAILED" || error.code === "ACTION_TIMEOUT" ||
      error.code === "SANDBOX_CRASHED");
}
