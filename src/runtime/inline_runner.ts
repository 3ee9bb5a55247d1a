/**
 * Runs a plugin in this process, by calling its functions.
 *
 * @module
 */
import type { RouteContribution } from "../contributions.ts";
import {
  ActionError,
  messageOf,
  PluginError,
  type PluginErrorCode,
} from "../errors.ts";
import type {
  EventHandler,
  PluginAction,
  PluginActions,
  PluginDefinition,
  PluginLifecycleContext,
  Validators,
} from "../plugin.ts";
import type { ChainPlugin } from "./action_context.ts";
import { type ChainStep, compileChain } from "./chain.ts";
import { compileHook } from "./hook_call.ts";
import type { PluginHealth } from "./plugin_health.ts";
import type {
  DisposeOptions,
  PluginRunner,
  RunChain,
  RunHook,
} from "./plugin_runner.ts";
import { RunningCalls } from "./running_calls.ts";
import { compileValidation } from "./validate.ts";
import { withinLimit } from "./within_limit.ts";

/** What an inline runner is made from. */
export interface InlineRunnerOptions {
  /** Which plugin it is, and what its code is handed. */
  readonly plugin: Omit<ChainPlugin, "unloaded">;
  /** Imports the code; called once at most, unless it rejects. */
  readonly code: () => Promise<PluginDefinition>;
  /** Lets go of the code; called once the plugin is disposed of. */
  readonly release: () => void;
  /** Where calls and failures are counted. */
  readonly health: PluginHealth;
  /** Milliseconds that an action may take; 0 for no limit. */
  readonly actionTimeoutMs: number;
  /** Milliseconds that import and `init()` may take together. */
  readonly loadTimeoutMs: number;
  /** Milliseconds that `cleanup()`, and what is under way, may take. */
  readonly cleanupTimeoutMs: number;
}

/** The way of running that costs no more than a function call. */
export class InlineRunner implements PluginRunner {
  readonly isolation = "inline";
  readonly #options: InlineRunnerOptions;
  readonly #plugin: ChainPlugin;
  readonly #unloading = new AbortController();
  readonly #running = new RunningCalls();
  #definition: PluginDefinition | undefined;
  #activation: Promise<PluginDefinition> | undefined;

  /**
   * @param options The plugin, its code and its limits.
   */
  constructor(options: InlineRunnerOptions) {
    this.#options = options;
    this.#plugin = { ...options.plugin, unloaded: this.#unloading.signal };
  }

  /** Whether the code is imported and `init()` is done. */
  get active(): boolean {
    return this.#definition !== undefined;
  }

  /** Imports the code and calls `init()`, once. */
  activate(): Promise<PluginDefinition> {
    return this.#activation ??= this.#activate().catch((error) => {
      this.#activation = undefined;
      throw error;
    });
  }

  /** Compiles the chain of a route. */
  chain(route: RouteContribution): RunChain {
    if (this.#definition !== undefined) return this.#compile(route);
    let compiled: RunChain | undefined;
    return (input) =>
      compiled !== undefined ? compiled(input) : this.activate()
        .then(() => (compiled ??= this.#compile(route))(input));
  }

  /** The hook of an event by the name that the plugin gave it. */
  hook(event: string): RunHook {
    if (this.#definition !== undefined) return this.#compileHook(event);
    let compiled: RunHook | undefined;
    return (payload) =>
      compiled !== undefined ? compiled(payload) : this.activate()
        .then(() => (compiled ??= this.#compileHook(event))(payload));
  }

  /** Calls `cleanup()` and lets go of what is under way, or waits for it. */
  async dispose(options: DisposeOptions = {}): Promise<void> {
    if (options.drain) await this.#drain();
    this.#unloading.abort(this.#error("PLUGIN_NOT_LOADED", "it was unloaded"));
    try {
      await this.#cleanup();
    } finally {
      this.#options.release();
    }
  }

  async #drain(): Promise<void> {
    const idle = this.#running.idle();
    const { cleanupTimeoutMs } = this.#options;
    await withinLimit(idle, cleanupTimeoutMs, () => undefined).catch(() => {});
  }

  async #cleanup(): Promise<void> {
    const definition = this.#definition;
    if (definition?.cleanup === undefined) return;
    await withinLimit(
      Promise.try(() => definition.cleanup?.(this.#lifecycleContext())),
      this.#options.cleanupTimeoutMs,
      () => this.#error("LOAD_TIMEOUT", "its cleanup() takes too long"),
    );
  }

  async #activate(): Promise<PluginDefinition> {
    const { loadTimeoutMs, health } = this.#options;
    const started = performance.now();
    try {
      const definition = await withinLimit(
        this.#prepare(),
        loadTimeoutMs,
        () => this.#lateLoad(),
      );
      health.loadFinished(performance.now() - started);
      return this.#definition = definition;
    } catch (cause) {
      const error = cause instanceof PluginError
        ? cause
        : this.#error("LOAD_FAILED", messageOf(cause), { cause });
      health.loadFinished(error);
      throw error;
    }
  }

  async #prepare(): Promise<PluginDefinition> {
    const definition = await this.#options.code();
    await this.#init(definition);
    return definition;
  }

  #lateLoad(): PluginError {
    return this.#error(
      "LOAD_TIMEOUT",
      `import and init() took longer than ${this.#options.loadTimeoutMs} ms; raise loadTimeoutMs, or look for a top-level await that does not end`,
    );
  }

  async #init(definition: PluginDefinition): Promise<void> {
    try {
      await definition.init?.(this.#lifecycleContext());
    } catch (cause) {
      throw this.#error("LOAD_FAILED", `init() threw: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  #lifecycleContext(): PluginLifecycleContext {
    const { identity, logger, table } = this.#options.plugin;
    return { table: table(), logger, plugin: identity };
  }

  #compile(route: RouteContribution): RunChain {
    const actions = this.#definition?.config?.actions ?? {};
    const missing = route.actions.findIndex((name) =>
      !Object.hasOwn(actions, name)
    );
    if (missing >= 0) return this.#unknownAction(route, missing);
    const check = compileValidation({
      route: this.#definition?.config?.apiRoutes?.[route.key]?.validate,
      steps: route.actions.map((name) => validatorsOf(actions[name]!)),
    }, this.#plugin.identity);
    return compileChain({
      plugin: this.#plugin,
      health: this.#options.health,
      steps: route.actions.map((name) => this.#step(actions, name)),
      timeoutMs: route.timeoutMs ?? 0,
      check,
      running: this.#running,
    });
  }

  #step(actions: PluginActions, name: string): ChainStep {
    const action = actions[name]!;
    const { handler, timeoutMs } = typeof action === "function"
      ? { handler: action, timeoutMs: undefined }
      : action;
    return {
      name,
      handler,
      stats: this.#options.health.action(name),
      timeoutMs: timeoutMs ?? this.#options.actionTimeoutMs,
    };
  }

  #unknownAction(route: RouteContribution, index: number): RunChain {
    const { identity } = this.#plugin;
    const action = route.actions[index]!;
    return () => {
      throw new ActionError(
        "ACTION_NOT_FOUND",
        `Cannot run route "${route.path}" of plugin "${identity.name}": it names action "${action}", which the plugin does not define`,
        { action, index, pluginId: identity.id },
      );
    };
  }

  #compileHook(event: string): RunHook {
    const hook = this.#definition?.events?.[event] as EventHandler;
    return compileHook(hook, this.#plugin);
  }

  #error(
    code: PluginErrorCode,
    state: string,
    options: ErrorOptions = {},
  ): PluginError {
    const { id, name } = this.#plugin.identity;
    const act = code === "PLUGIN_NOT_LOADED" ? "run" : "load";
    return new PluginError(code, `Cannot ${act} plugin "${name}": ${state}`, {
      pluginId: id,
      ...options,
    });
  }
}

function validatorsOf(action: PluginAction): Validators | undefined {
  return typeof action === "function" ? undefined : action.validate;
}
