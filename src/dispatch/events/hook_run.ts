/**
 * Calls one hook of one plugin, within the time limit, and counts how it went.
 *
 * @module
 */
import {
  messageOf,
  PluginError,
  type PluginErrorCode,
} from "../../shared/errors.ts";
import { Deadline } from "../../async/deadline.ts";
import { isThenable } from "../../async/thenable.ts";
import type { LoadedPlugin, RunHook } from "../../execution/mod.ts";
import { isTracing, pluginAttributes, withSpan } from "../../shared/tracing.ts";

/** Which hook it is. */
export interface HookCallsOptions {
  /** The event's canonical name. */
  readonly event: string;
  /** What calls the hook. */
  readonly run: RunHook;
  /** Milliseconds that it may take; 0 for no limit. */
  readonly timeoutMs: number;
}

/** The calls of one hook. */
export class HookCalls {
  readonly #plugin: LoadedPlugin;
  readonly #event: string;
  readonly #run: RunHook;
  readonly #timeoutMs: number;
  readonly #health: LoadedPlugin["health"];
  readonly #stats: ReturnType<LoadedPlugin["health"]["hook"]>;

  /** @param plugin Whose hook it is. */
  constructor(plugin: LoadedPlugin, options: HookCallsOptions) {
    this.#plugin = plugin;
    this.#event = options.event;
    this.#run = options.run;
    this.#timeoutMs = options.timeoutMs;
    this.#health = plugin.health;
    this.#stats = this.#health.hook(options.event);
  }

  /**
   * Calls the hook.
   *
   * @returns What the hook returns; a promise where it is not done at once.
   * @throws {PluginError} `ACTION_FAILED` with what the hook threw as its cause,
   * `ACTION_TIMEOUT`; as a rejection where the hook is asynchronous.
   */
  call(payload: unknown, extra: unknown, traced = isTracing()): unknown {
    const stats = this.#stats;
    const startedAt = stats.sampled ? performance.now() : 0;
    stats.calls++;
    let value: unknown;
    try {
      value = traced
        ? this.#runTraced(payload, extra)
        : this.#run(payload, extra);
      if (isThenable(value)) return this.#settle(value, startedAt);
    } catch (thrown) {
      throw this.#failed(thrown);
    }
    this.#succeeded(startedAt);
    return value;
  }

  /**
   * The error for a call that was not done.
   *
   * @param state Why it was not done.
   * @param options What was thrown, where anything was.
   */
  error(
    code: "ACTION_FAILED" | "ACTION_TIMEOUT",
    state: string,
    options: ErrorOptions = {},
  ): PluginError {
    const { id, name } = this.#plugin;
    return new PluginError(
      code,
      `Cannot finish hook "${this.#event}" of plugin "${name}": ${state}`,
      { pluginId: id, ...options },
    );
  }

  #runTraced(payload: unknown, extra: unknown): unknown {
    const attributes = {
      ...pluginAttributes(this.#plugin),
      "code.function.name": this.#event,
    };
    return withSpan(
      `hook ${this.#event}`,
      { attributes },
      () => this.#run(payload, extra),
    );
  }

  async #settle(
    pending: PromiseLike<unknown>,
    startedAt: number,
  ): Promise<unknown> {
    try {
      const value = await this.#withinLimit(pending);
      this.#succeeded(startedAt);
      return value;
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  /** Settles at the time limit, whatever the hook does. */
  #withinLimit(pending: PromiseLike<unknown>): Promise<unknown> {
    const timeoutMs = this.#timeoutMs;
    return new Promise((resolve, reject) => {
      const deadline = new Deadline(() =>
        reject(
          this.error(
            "ACTION_TIMEOUT",
            `it took longer than ${timeoutMs} ms; raise actionTimeoutMs, or let the hook finish earlier`,
          ),
        )
      );
      deadline.start(timeoutMs);
      pending.then(resolve, reject).then(() => deadline.stop());
    });
  }

  #succeeded(startedAt: number): void {
    if (startedAt !== 0) this.#stats.measure(performance.now() - startedAt);
    this.#health.hookSucceeded();
  }

  /** Code of a plugin may throw an error that says that another one failed. */
  #isOwn(thrown: unknown): thrown is PluginError {
    return isPluginError(thrown) && thrown.pluginId === this.#plugin.id &&
      LEAVES.has(thrown.code);
  }

  #failed(thrown: unknown): PluginError {
    const error = this.#isOwn(thrown) ? thrown : this.error(
      "ACTION_FAILED",
      messageOf(thrown),
      thrown === undefined ? {} : { cause: thrown },
    );
    this.#health.hookFailed(this.#event, error);
    return error;
  }
}

/** What may leave a hook as it is; all else becomes a failed hook. */
const LEAVES: ReadonlySet<PluginErrorCode> = new Set([
  "ACTION_FAILED",
  "ACTION_TIMEOUT",
  "CONSTRAINT_FAILED",
  "STORE_FAILED",
  "PLUGIN_NOT_LOADED",
  "LOAD_FAILED",
  "LOAD_TIMEOUT",
  "INVALID_PLUGIN",
  "SANDBOX_CRASHED",
  // What the host says before the hook is called.
  "INVALID_REQUEST",
  "PLUGIN_BUSY",
  "PLUGIN_DISABLED",
  "PLUGIN_QUARANTINED",
  "PLUGIN_NOT_FOUND",
  "SETTINGS_MISSING",
  "INTEGRITY_MISMATCH",
  "PERMISSION_REQUIRED",
  "TABLE_NAME_TAKEN",
]);

/** To look at what was thrown may throw in turn. */
function isPluginError(thrown: unknown): thrown is PluginError {
  try {
    return thrown instanceof PluginError;
  } catch {
    return false;
  }
}
