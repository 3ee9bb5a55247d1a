/**
 * Calls a hook in all shapes that plugins use: `hook(payload, { logger,
 * table })`, `hook({ container, logger, table })` and, for events of two
 * arguments, `hook(payload, extra, { logger, table })`. The first argument is a
 * copy of the payload that inherits the three names, so that they neither show
 * up among its own properties nor hide those of the payload. Where the hook
 * cannot tell, it is spared the copy. The second one is what comes beside the
 * payload, which answers to `logger` and `table` in the same way.
 *
 * @module
 */
import type {
  EmitEvent,
  EventContext,
  EventHandler,
  PluginLogger,
  Row,
  SettingValues,
  TablesByName,
} from "../plugin/plugin.ts";
import type { QueryBuilder } from "../sqlite/mod.ts";
import { hookForm } from "./reads_payload.ts";
import type { RunHook } from "./plugin_runner.ts";

/** What a hook takes from the plugin that it belongs to. */
export interface HookPlugin {
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** A fresh builder for its table, or `null` where it declares none. */
  readonly table: () => QueryBuilder<Row> | null;
  /** The values of its settings, as they are now. */
  readonly settings: SettingValues;
  /** Emits its own events. */
  readonly emit: EmitEvent;
  /** Its tables beside `table`. */
  readonly tables: TablesByName;
}

/** Makes empty first arguments. */
type Carrier = new () => object;

/**
 * Compiles a hook into a function of the payload, and what comes beside it.
 *
 * Plain objects and instances of classes are copied, own properties only; an
 * instance keeps its prototype, but not its private fields. No payload is an
 * empty object. Anything else (text, lists, dates and other built-in objects)
 * is passed as it is.
 *
 * @param plugin What it receives beside the payload.
 */
export function compileHook(hook: EventHandler, plugin: HookPlugin): RunHook {
  const context = contextOf(plugin);
  const carriers = new CarrierCache(context);
  // It is compared as a method of two arguments; hooks may take three.
  const call = hook as unknown as (...given: unknown[]) => unknown;
  const beside = (extra: unknown) =>
    extra === undefined || extra === null ? context : carriers.carry(extra);
  const carry: RunHook = (payload, extra) =>
    call(carriers.carry(payload), beside(extra), context);
  switch (hookForm(hook)) {
    case "reads":
      return (payload, extra) =>
        payload === undefined || payload === null
          ? carry(payload, extra)
          : call(payload, beside(extra), context);
    case "takesApart":
      return takingApart(hook, plugin, carry);
    case "any":
      return carry;
  }
}

/** The second argument: one for all calls, since only the table is fresh. */
function contextOf(plugin: HookPlugin): EventContext {
  return Object.freeze({
    logger: plugin.logger,
    emit: plugin.emit,
    get table() {
      return plugin.table();
    },
    get tables() {
      return plugin.tables;
    },
    get settings() {
      return plugin.settings;
    },
  });
}

/** The first arguments of one hook. */
class CarrierCache {
  readonly #context: EventContext;
  /** Made when it is needed: most hooks only read their payload. */
  #plain: Carrier | undefined;
  /** By the prototype of the payload: classes of events are few. */
  readonly #ofClasses = new WeakMap<object, Carrier>();

  constructor(context: EventContext) {
    this.#context = context;
  }

  carry(payload: unknown): unknown {
    if (payload === undefined || payload === null) return this.#carrier();
    if (typeof payload !== "object") return payload;
    const prototype = Object.getPrototypeOf(payload);
    if (prototype === Object.prototype || prototype === null) {
      return Object.assign(this.#carrier(), payload);
    }
    if (toString.call(payload) !== "[object Object]") return payload;
    return Object.assign(new (this.#ofClass(prototype))(), payload);
  }

  #carrier(): object {
    this.#plain ??= carrierOf(Object.prototype, this.#context);
    return new this.#plain();
  }

  #ofClass(prototype: object): Carrier {
    let carrier = this.#ofClasses.get(prototype);
    if (carrier === undefined) {
      carrier = carrierOf(prototype, this.#context);
      this.#ofClasses.set(prototype, carrier);
    }
    return carrier;
  }
}

const toString = Object.prototype.toString;

/** Whether reading the three names from a payload gives nothing of its own. */
function hidesNone(payload: unknown): payload is object {
  if (typeof payload !== "object" || payload === null) return false;
  // Reading is many times faster than asking with `in`.
  const { container, logger, table } = payload as Partial<
    Record<"container" | "logger" | "table", unknown>
  >;
  return container === undefined && logger === undefined && table === undefined;
}

/** Such a hook sees no difference to an object that holds just the three. */
function takingApart(
  hook: EventHandler,
  plugin: HookPlugin,
  carry: RunHook,
): RunHook {
  const context = contextOf(plugin);
  const { logger } = plugin;
  const wantsTable = /\btable\b/.test(Function.prototype.toString.call(hook));
  return (payload, extra) => {
    if (extra !== undefined || !hidesNone(payload)) {
      return carry(payload, extra);
    }
    const table = wantsTable ? plugin.table() : null;
    return hook({ container: payload, logger, table } as never, context);
  };
}

/** A constructor costs a third of `Object.create` with the same prototype. */
function carrierOf(parent: object, context: EventContext): Carrier {
  const Carrier = function () {} as unknown as {
    new (): object;
    prototype: object;
  };
  Carrier.prototype = Object.create(parent, {
    container: inherited("container", (carrier) => carrier),
    logger: inherited("logger", () => context.logger),
    table: inherited("table", () => context.table),
    // A payload's own "__proto__" must become a property, not a prototype.
    __proto__: inherited("__proto__", Object.getPrototypeOf),
  });
  return Carrier;
}

/** A property that reads as `value`, and that assigning makes an own one. */
function inherited(
  name: string,
  value: (carrier: object) => unknown,
): PropertyDescriptor {
  return {
    get(this: object) {
      return value(this);
    },
    set(this: object, own: unknown) {
      Object.defineProperty(this, name, {
        value: own,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  };
}
