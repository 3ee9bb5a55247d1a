/**
 * Runs a plugin in this process, by calling its functions.
 *
 * @module
 */
import type {
  RouteContribution,
  SettingsContribution,
} from "../plugin/contributions.ts";
import {
  ActionError,
  messageOf,
  PluginError,
  type PluginErrorCode,
} from "../shared/errors.ts";
import type {
  EventHandler,
  PluginAction,
  PluginActions,
  PluginDefinition,
  PluginLifecycleContext,
  StandardIssue,
  StandardSchema,
  Validators,
} from "../plugin/plugin.ts";
import { traceLoad } from "../shared/tracing.ts";
import { type ChainPlugin, noTable } from "./chain/action_context.ts";
import { type ChainStep, compileChain } from "./chain/chain.ts";
import { compileHook } from "./call_hook.ts";
import { type LoadQueue, withinLoadLimit } from "../async/load_limit.ts";
import type { PluginHealth } from "./health/plugin_health.ts";
import type {
  DisposeOptions,
  PluginRunner,
  RunChain,
  RunHook,
} from "./plugin_runner.ts";
import { RunningCalls } from "../async/in_flight.ts";
import {
  NO_VALUES,
  NOTHING_MISSING,
  schemaIssues,
  settingsMissing,
  settleSettings,
  type StoredSettings,
} from "./settle_settings.ts";
import type { TimeLimits } from "./time_limits.ts";
import { compileValidation } from "./chain/validate.ts";
import { Deadline } from "../async/deadline.ts";
import { isLimit, Timer } from "../async/timer.ts";
import { isThenable } from "../async/thenable.ts";
import { withinLimit } from "../async/within_limit.ts";

/** The asynchronous context of a plugin's code. */
export interface CodeContext {
  /** Runs `init()` and the like. */
  run<A, R>(code: (argument: A) => R, argument: A): R;
  /** Runs what a request asked for. */
  call<A, R>(code: (argument: A) => R, argument: A): R;
  /** Runs a hook, of which there are too many to pay much for. */
  callHook<A, B, R>(
    code: (argument: A, second: B) => R,
    argument: A,
    second: B,
  ): R;
}

/** What an operator has set. */
export interface GivenSettings {
  /** What the plugin declares. */
  readonly contribution: SettingsContribution;
  /** What is stored of it. */
  readonly stored: StoredSettings;
}

/** A plugin's code in this process, with all that its `init()` needs. */
export interface InlineCode {
  /** What the module exports. */
  readonly definition: PluginDefinition;
  /** What it has to run in, so that its late errors are known to be its own. */
  readonly context: CodeContext;
  /**
   * What makes builders for the table, where it takes the place of the
   * plugin's `table`; `null` where there is no table.
   */
  readonly table?: ChainPlugin["table"] | null;
  /**
   * The plugin's tables beside that one.
   *
   * @default none
   */
  readonly tables?: ChainPlugin["tables"];
  /**
   * What is set of the plugin.
   *
   * @default nothing
   */
  readonly settings?: GivenSettings;
  /** Lets go of the module. */
  release(): void;
}

/** What an inline runner is made from. */
export interface InlineRunnerOptions extends TimeLimits {
  /** Which plugin it is, and what its code is handed. */
  readonly plugin: Omit<ChainPlugin, "unloaded" | "settings" | "tables">;
  /**
   * Imports the code and makes what its `init()` needs; called once, and again
   * where the plugin could not be loaded.
   *
   * @param givenUp Aborts when nobody waits for it any more.
   */
  readonly code: (givenUp: AbortSignal) => Promise<InlineCode>;
  /** What else is imported in front of the code. */
  readonly queue?: LoadQueue;
  /** Where calls and failures are counted. */
  readonly health: PluginHealth;
}

/** The way of running that costs no more than a function call. */
export class InlineRunner implements PluginRunner {
  readonly isolation = "inline";
  readonly #options: InlineRunnerOptions;
  /** Chains and hooks hold it, and see what changes. */
  readonly #plugin: {
    -readonly [Part in keyof ChainPlugin]: ChainPlugin[Part];
  };
  readonly #unloading = new AbortController();
  readonly #running = new RunningCalls();
  /** Answers whose bodies are yet to be read. */
  readonly #streaming = new RunningCalls();
  #code: InlineCode | undefined;
  #declared: SettingsContribution | undefined;
  #activation: Promise<PluginDefinition> | undefined;
  #disposal: Promise<void> | undefined;

  /**
   * @param options The plugin, its code and its limits.
   */
  constructor(options: InlineRunnerOptions) {
    this.#options = options;
    this.#plugin = {
      ...options.plugin,
      unloaded: this.#unloading.signal,
      settings: NO_VALUES,
      tables: NO_TABLES,
    };
  }

  /** Whether the code is imported and `init()` is done. */
  get active(): boolean {
    return this.#code !== undefined;
  }

  /** Imports the code and calls `init()`, once. */
  activate(): Promise<PluginDefinition> {
    const { identity } = this.#plugin;
    return this.#activation ??= traceLoad(identity, () => this.#activate())
      .catch((error) => {
        this.#activation = undefined;
        throw error;
      });
  }

  /** Compiles the chain of a route. */
  chain(route: RouteContribution): RunChain {
    if (this.#code !== undefined) return this.#compile(route, this.#code);
    let compiled: RunChain | undefined;
    return (input) =>
      compiled !== undefined ? compiled(input) : this.activate()
        .then(() => (compiled ??= this.#compile(route, this.#code!))(input));
  }

  /** The hook of an event by the name that the plugin gave it. */
  hook(event: string): RunHook {
    if (this.#code !== undefined) return this.#compileHook(event, this.#code);
    let compiled: RunHook | undefined;
    return (payload, extra) =>
      compiled !== undefined ? compiled(payload, extra) : this.activate()
        .then(() => {
          compiled ??= this.#compileHook(event, this.#code!);
          return compiled(payload, extra);
        });
  }

  /** What is wrong with settings, as the plugin's schema says. */
  async checkSettings(
    stored: StoredSettings,
  ): Promise<readonly StandardIssue[]> {
    const schema = schemaOf(await this.activate());
    return schema === undefined
      ? []
      : await this.#inTime(schemaIssues(schema, stored));
  }

  /** Hands the plugin other settings. */
  async configure(stored: StoredSettings): Promise<void> {
    // It may have read them already.
    await this.#activation?.catch(() => {});
    const contribution = this.#declared;
    if (this.#code === undefined || contribution === undefined) return;
    const given = { contribution, stored };
    await this.#inTime(this.#settle(this.#code.definition, given));
  }

  /** Calls `cleanup()` and lets go of what is under way, or waits for it. */
  dispose(options: DisposeOptions = {}): Promise<void> {
    if (!options.drain) this.#abort();
    return this.#disposal ??= this.#dispose();
  }

  async #dispose(): Promise<void> {
    const { signal } = this.#unloading;
    if (!signal.aborted && (this.#running.any || this.#streaming.any)) {
      const cutShort = Promise.withResolvers<unknown>();
      signal.addEventListener("abort", cutShort.resolve, { once: true });
      await Promise.race([this.#drained(), cutShort.promise]);
    }
    this.#abort();
    try {
      if (this.#code !== undefined) await this.#letGo(this.#code);
    } finally {
      Deadline.settle();
    }
  }

  /** Calls end in their own time; nothing limits how long a body is read. */
  async #drained(): Promise<void> {
    const { cleanupTimeoutMs } = this.#options;
    using limit = new Timer(
      isLimit(cleanupTimeoutMs) ? cleanupTimeoutMs : Infinity,
      () => isLate.resolve(),
    );
    const isLate = Promise.withResolvers<void>();
    await this.#running.idle();
    await Promise.race([this.#streaming.idle(), isLate.promise]);
    limit.stop();
  }

  #abort(): void {
    if (this.#unloading.signal.aborted) return;
    this.#unloading.abort(this.#error("PLUGIN_NOT_LOADED", "it was unloaded"));
  }

  async #letGo({ definition, context, release }: InlineCode): Promise<void> {
    try {
      if (definition.cleanup === undefined) return;
      const given = this.#lifecycleContext();
      await withinLimit(
        Promise.try(() => context.run((it) => definition.cleanup?.(it), given)),
        this.#options.cleanupTimeoutMs,
        () => this.#error("LOAD_TIMEOUT", "its cleanup() takes too long"),
      );
    } finally {
      release();
    }
  }

  async #activate(): Promise<PluginDefinition> {
    const { loadTimeoutMs, health, queue } = this.#options;
    const started = performance.now();
    const attempt = new AbortController();
    try {
      this.#unloading.signal.throwIfAborted();
      this.#code = await withinLoadLimit(this.#prepare(attempt.signal), {
        limitMs: loadTimeoutMs,
        queue,
        signal: this.#unloading.signal,
        onLimit: () => this.#lateLoad(),
      });
      health.loadFinished(performance.now() - started);
      return this.#code.definition;
    } catch (cause) {
      attempt.abort();
      const error = cause instanceof PluginError
        ? cause
        : this.#error("LOAD_FAILED", messageOf(cause), { cause });
      // To be given up is no failure of the plugin's.
      if (error.code !== "PLUGIN_NOT_LOADED") health.loadFinished(error);
      throw error;
    } finally {
      queue?.leave();
    }
  }

  /** What goes on after the load was given up leaves nothing behind. */
  async #prepare(givenUp: AbortSignal): Promise<InlineCode> {
    const code = await this.#options.code(givenUp);
    const { definition, table, tables = NO_TABLES, settings } = code;
    if (table !== undefined) this.#plugin.table = table ?? noTable;
    this.#plugin.tables = tables;
    try {
      if (settings !== undefined) await this.#settle(definition, settings);
      else this.#options.health.settings = NOTHING_MISSING;
      await this.#init(code);
    } catch (error) {
      code.release();
      throw error;
    }
    if (isThenable(definition)) throw await this.#thenable(code);
    if (givenUp.aborted) {
      await this.#letGo(code)
        .catch((error) =>
          this.#options.health.failedLate(error, { ofRequest: false })
        );
    }
    return code;
  }

  /** A schema of the plugin's takes no longer than an action. */
  #inTime<R>(checked: Promise<R>): Promise<R> {
    const { actionTimeoutMs } = this.#options;
    return withinLimit(
      checked,
      actionTimeoutMs,
      () =>
        this.#error(
          "ACTION_TIMEOUT",
          `the schema of its settings took longer than ${actionTimeoutMs} ms`,
        ),
    );
  }

  async #settle(
    definition: PluginDefinition,
    { contribution, stored }: GivenSettings,
  ): Promise<void> {
    const { health, plugin } = this.#options;
    const schema = schemaOf(definition);
    const { values, ...report } = await settleSettings(
      contribution,
      stored,
      schema,
    );
    this.#declared = contribution;
    this.#plugin.settings = values;
    health.settings = report;
    for (const warning of report.warnings) plugin.logger.warn(warning);
  }

  /** Who awaits such a definition waits forever. */
  async #thenable(code: InlineCode): Promise<PluginError> {
    await this.#letGo(code)
      .catch((error) =>
        this.#options.health.failedLate(error, { ofRequest: false })
      );
    return this.#error(
      "INVALID_PLUGIN",
      'init() gave its definition a method "then"; rename the method',
    );
  }

  #lateLoad(): PluginError {
    return this.#error(
      "LOAD_TIMEOUT",
      `import and init() took longer than ${this.#options.loadTimeoutMs} ms; raise loadTimeoutMs, or look for a top-level await that does not end`,
    );
  }

  async #init({ definition, context }: InlineCode): Promise<void> {
    try {
      // Most have none: what it is handed is made for those that do.
      await context.run(
        (self) => definition.init?.(self.#lifecycleContext()),
        this,
      );
    } catch (cause) {
      throw this.#error("LOAD_FAILED", `init() threw: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  #lifecycleContext(): PluginLifecycleContext {
    const { identity, logger, table, tables, emit, settings } = this.#plugin;
    return {
      table: table(),
      tables,
      logger,
      plugin: identity,
      settings,
      emit,
    };
  }

  #compile(
    route: RouteContribution,
    { definition: { config }, context }: InlineCode,
  ): RunChain {
    const actions = config?.actions ?? {};
    const missing = route.actions.findIndex((name) =>
      !Object.hasOwn(actions, name)
    );
    if (missing >= 0) return this.#unknownAction(route, missing);
    const check = compileValidation({
      route: route.isSchedule
        ? undefined
        : config?.apiRoutes?.[route.key]?.validate,
      steps: route.actions.map((name) => validatorsOf(actions[name]!)),
    }, this.#plugin.identity);
    const options = {
      plugin: this.#plugin,
      health: this.#options.health,
      steps: route.actions.map((name) => this.#step(actions, name)),
      timeoutMs: route.timeoutMs ?? 0,
      check,
      running: this.#running,
      streaming: this.#streaming,
    };
    if (!route.isSchedule) {
      return this.#configured(compileChain(options, context));
    }
    const chain = compileChain(options);
    return this.#configured((input) =>
      context.run(chain, { ...input, isSchedule: true })
    );
  }

  /** Runs a chain where no setting is missing. */
  #configured(run: RunChain): RunChain {
    if (this.#declared === undefined) return run;
    const { health, plugin } = this.#options;
    return (input) => {
      const { missing } = health.settings;
      if (missing.length === 0) return run(input);
      throw settingsMissing(plugin.identity, missing);
    };
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

  #compileHook(event: string, { definition, context }: InlineCode): RunHook {
    const handler = definition.events?.[event] as EventHandler;
    const hook = compileHook(handler, this.#plugin);
    return (payload, extra) => context.callHook(hook, payload, extra);
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

const NO_TABLES: ChainPlugin["tables"] = Object.freeze({});

function schemaOf({ config }: PluginDefinition): StandardSchema | undefined {
  const settings = config?.settings;
  return settings !== undefined && "~standard" in settings
    ? settings as StandardSchema
    : undefined;
}

function validatorsOf(action: PluginAction): Validators | undefined {
  return typeof action === "function" ? undefined : action.validate;
}
