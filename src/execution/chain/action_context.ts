/**
 * What the actions of one chain receive. The parts that every action may want
 * are plain properties; those that cost something are made when they are read.
 *
 * @module
 */
import type {
  EmitEvent,
  PluginActionContext,
  PluginIdentity,
  PluginLogger,
  Row,
  SettingValues,
  TablesByName,
  Untyped,
} from "../../plugin/plugin.ts";
import type { QueryBuilder } from "../../sqlite/mod.ts";
import type { ChainInput } from "../plugin_runner.ts";
import type { ValidatedParts } from "./validate.ts";

/** What a chain takes from the plugin that it belongs to. */
export interface ChainPlugin {
  /** Which plugin it is. */
  readonly identity: PluginIdentity;
  /** Its logger. */
  readonly logger: PluginLogger;
  /** A fresh builder for its table, or `null` where it declares none. */
  readonly table: () => QueryBuilder<Row> | null;
  /** Aborts when the plugin is unloaded. */
  readonly unloaded: AbortSignal;
  /** The values of its settings, as they are now. */
  readonly settings: SettingValues;
  /** Emits its own events. */
  readonly emit: EmitEvent;
  /** Its tables beside `table`, each with a fresh builder when it is read. */
  readonly tables: TablesByName;
}

/** The table of a plugin that declares none. */
export function noTable(): null {
  return null;
}

/** Thrown by `stop(value)`, and caught by the chain alone. */
const STOP: unique symbol = Symbol("plugin-handler.stop");

/** The context of one chain. */
export class ActionContext
  implements PluginActionContext<Row, Untyped, Untyped> {
  /** The plugin's table, or `null` where it declares none. */
  table: QueryBuilder<Row> | null = null;
  /** The parsed request body. */
  body: Untyped;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** The values of the plugin's settings. */
  readonly settings: SettingValues;
  /** Emits an event of the plugin's own. */
  readonly emit: EmitEvent;
  /** The plugin's tables beside `table`. */
  readonly tables: TablesByName;
  /** What the action before this one returned. */
  previousAction: Untyped = undefined;
  /** The decoded parameters of the route's pattern. */
  params: Untyped;
  /** Which plugin this is. */
  readonly plugin: PluginIdentity;
  readonly #input: ChainInput;
  readonly #unloaded: AbortSignal;
  #request: Request | undefined;
  #query: Untyped;
  #requestSignal: AbortSignal | undefined;
  #signal: AbortSignal | undefined;
  #timeout: AbortController | undefined;
  #stopped = false;
  #result: unknown;

  /**
   * @param plugin The plugin that the chain belongs to.
   * @param input What the call brings with it.
   */
  constructor(plugin: ChainPlugin, input: ChainInput) {
    this.body = input.body;
    this.logger = plugin.logger;
    this.settings = plugin.settings;
    this.emit = plugin.emit;
    this.tables = plugin.tables;
    this.params = input.params;
    this.plugin = plugin.identity;
    this.#input = input;
    this.#unloaded = plugin.unloaded;
  }

  /** The request itself; its body can be read also where it was parsed. */
  get request(): Untyped {
    if (this.#input.isSchedule) return undefined;
    return this.#request ??= readable(this.#input);
  }

  /** The query string. */
  get query(): Untyped {
    return this.#query ??= new URL(this.#input.request.url).searchParams;
  }

  /** Aborts at the timeout, on unload, and when the request is aborted. */
  get signal(): AbortSignal {
    this.#timeout ??= new AbortController();
    return this.#signal ??= AbortSignal.any([
      this.#requestSignal ??= this.#input.request.signal,
      this.#unloaded,
      this.#timeout.signal,
    ]);
  }

  /** Ends the chain with a value. */
  get stop(): (value: unknown) => never {
    return (value: unknown): never => {
      this.#stopped = true;
      this.#result = value;
      // Thrown so that the action ends here; noted above in case it catches.
      throw STOP;
    };
  }

  /**
   * Gives the context what is read on demand as properties of its own, so that
   * `{ ...context }` has them. To do that to every context would cost more than
   * the rest of a chain.
   */
  static spreadable(context: ActionContext): void {
    Object.defineProperties(context, ON_DEMAND);
  }

  /** What stands for the request, also where a schedule has none. */
  static requestOf(context: ActionContext): Request {
    return context.#input.request;
  }

  /** Whether `stop` was called in the context of this chain. */
  static stopped(context: ActionContext): boolean {
    return context.#stopped;
  }

  /** What `stop` was called with. */
  static result(context: ActionContext): unknown {
    return context.#result;
  }

  /** Aborts the signal, where an action has asked for it. */
  static abort(context: ActionContext, reason: unknown): void {
    context.#timeout?.abort(reason);
  }

  /** Why the chain may not go on, or undefined where it may. */
  static abortion(context: ActionContext): unknown {
    if (context.#unloaded.aborted) return context.#unloaded.reason;
    const signal = context.#requestSignal ??= context.#input.request.signal;
    return signal.aborted ? signal.reason : undefined;
  }

  /** Goes no further where the request was aborted or the plugin unloaded. */
  static throwIfAborted(context: ActionContext): void {
    const abortion = ActionContext.abortion(context);
    if (abortion !== undefined) throw abortion;
  }

  /** Shows the next action what the schemas made of the input. */
  static see(
    context: ActionContext,
    input: ChainInput,
    parts: ValidatedParts,
  ): void {
    context.body = "body" in parts ? parts.body : input.body;
    context.params = "params" in parts ? parts.params : input.params;
    context.#query = parts.query;
  }
}

/** What is made when it is read. */
const ON_DEMAND: PropertyDescriptorMap = Object.fromEntries(
  ["request", "query", "signal", "stop"].map((name) => [
    name,
    {
      ...Object.getOwnPropertyDescriptor(ActionContext.prototype, name)!,
      enumerable: true,
    },
  ]),
);

/** A body that was parsed may have been used up. */
function readable({ request, raw }: ChainInput): Request {
  return raw === undefined || !request.bodyUsed
    ? request
    : new Request(request, { body: raw });
}
