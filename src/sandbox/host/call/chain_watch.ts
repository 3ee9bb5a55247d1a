/**
 * Follows one run of a chain in another process: counts and times its actions,
 * and says which of them failed.
 *
 * @module
 */
import type { RouteContribution } from "../../../plugin/contributions.ts";
import {
  ActionError,
  PluginError,
  type PluginErrorCode,
} from "../../../shared/errors.ts";
import type { PluginIdentity } from "../../../plugin/plugin.ts";
import {
  actionFailed,
  actionTimedOut,
} from "../../../execution/chain/chain_errors.ts";
import type { PluginHealth } from "../../../execution/health/plugin_health.ts";
import { TIMED_OUT } from "../session/session_errors.ts";
import type { CallLimits } from "./call_limits.ts";
import type { CallWatch } from "./pending_call.ts";

/** What a chain is followed with. */
export interface ChainWatchOptions {
  /** The chain's route. */
  readonly route: RouteContribution;
  /** Where its actions are counted. */
  readonly health: PluginHealth;
  /** Whose it is. */
  readonly plugin: PluginIdentity;
  /** What the host keeps, whatever the plugin says. */
  readonly limits: CallLimits;
}

/** Follows one run of a chain. */
export class ChainWatch implements CallWatch {
  readonly steps: number;
  readonly maxMs: number;
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
    this.maxMs = options.limits.callMs(this.steps);
  }

  /** The position of the action that is known to have begun last. */
  get index(): number {
    return Math.max(0, this.#index);
  }

  /** Milliseconds that the host waits for an action, given its own limit. */
  limitMs(own: number | undefined): number {
    const { limits } = this.#options;
    this.#limit = limits.actionMs(own);
    return limits.waitMs(this.#limit);
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
    this.#options.health.hasAnswered = true;
  }

  /**
   * The chain failed.
   *
   * @param thrown What it failed with.
   * @param aborted Whether the client had hung up, which says nothing about
   * the plugin.
   */
  failed(thrown: unknown, aborted: boolean): unknown {
    const error = thrown === TIMED_OUT ? this.#timedOut() : this.#own(thrown);
    if (aborted || !isFailure(error)) return error;
    if (error instanceof ActionError) this.#reach(0);
    this.#measure();
    const name = this.#options.route.actions[this.#index];
    if (name !== undefined) this.#options.health.actionFailed(name, error);
    return error;
  }

  /**
   * The chain ended well, and its answer broke while it was read.
   *
   * @param cause What it failed with.
   */
  answerFailed(cause: unknown): unknown {
    const isPlugins = cause instanceof PluginError &&
      cause.code === "ACTION_FAILED";
    if (!isPlugins) return cause;
    const { health, plugin, route } = this.#options;
    const { index } = this;
    const action = route.actions[index] ?? "";
    const error = new ActionError("ACTION_FAILED", cause.message, {
      action,
      index,
      pluginId: plugin.id,
      cause,
    });
    health.actionFailed(action, error);
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

  /** Whatever a guest says that failed, it is an action of this plugin's. */
  #own(thrown: unknown): unknown {
    if (thrown instanceof PluginError && OF_HOST.has(thrown.code)) {
      return thrown;
    }
    const { plugin, route } = this.#options;
    if (thrown instanceof PluginError && LEAVES.has(thrown.code)) {
      const isAction = thrown instanceof ActionError;
      if (!isAction && thrown.code !== "ACTION_FAILED") return thrown;
      if (isAction && route.actions[thrown.index] === thrown.action) {
        return thrown;
      }
    }
    const { index } = this;
    const action = route.actions[index] ?? "";
    return actionFailed(plugin, { action, index, cause: thrown });
  }

  #timedOut(): PluginError {
    const { plugin, route } = this.#options;
    const { index } = this;
    return actionTimedOut(plugin, {
      action: route.actions[index]!,
      index,
      timeoutMs: this.#limit,
    });
  }
}

/** What may leave a chain as it is; all else becomes a failed action. */
const LEAVES: ReadonlySet<PluginErrorCode> = new Set([
  "ACTION_FAILED",
  "ACTION_TIMEOUT",
  "ACTION_NOT_FOUND",
  "CONSTRAINT_FAILED",
  "STORE_FAILED",
  "VALIDATION_FAILED",
  "PLUGIN_NOT_LOADED",
  "SANDBOX_CRASHED",
]);

/**
 * What the host says before the chain is run; a guest cannot: `reviveError`
 * knows none of these.
 */
const OF_HOST: ReadonlySet<PluginErrorCode> = new Set([
  "PLUGIN_NOT_FOUND",
  "PLUGIN_DISABLED",
  "PLUGIN_QUARANTINED",
  "PLUGIN_BUSY",
  "SETTINGS_MISSING",
  "LOAD_FAILED",
  "LOAD_TIMEOUT",
  "INVALID_PLUGIN",
  "INTEGRITY_MISMATCH",
  "SIGNATURE_INVALID",
  "PERMISSION_REQUIRED",
  "TABLE_NAME_TAKEN",
  "INVALID_OPTIONS",
  "BODY_TOO_LARGE",
]);

/** What an action can fail with; all else is due to the request or the host. */
const FAILURES: ReadonlySet<PluginErrorCode> = new Set([
  "ACTION_FAILED",
  "ACTION_TIMEOUT",
  "CONSTRAINT_FAILED",
  "STORE_FAILED",
  "SANDBOX_CRASHED",
]);

function isFailure(error: unknown): error is PluginError {
  return error instanceof PluginError &&
    FAILURES.has(error.code);
}
