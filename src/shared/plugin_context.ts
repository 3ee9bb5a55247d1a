/**
 * The asynchronous context that a plugin's code runs in, so that what it leaves
 * behind (timers, promises, ports) is known to be its own even where no stack
 * trace names it.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ModuleOwner } from "./stack/module_labels.ts";

/** Whose code is running, and on whose account. */
export interface RunningCode {
  /** Whose code it is. */
  readonly owner: ModuleOwner;
  /** Whether a request asked for it. */
  readonly ofRequest: boolean;
}

const running = new AsyncLocalStorage<RunningCode>();

/** What the runtime's own storage is made of. */
interface ContextSwitch {
  readonly get: () => object | undefined;
  readonly set: (context: object | undefined) => void;
}

const contexts = contextSwitch();

let watches = false;

/** Whose code is running. */
export function runningCode(): RunningCode | undefined {
  return running.getStore();
}

/**
 * Has calls that are too many to pay for a context without need pay for it, where
 * the runtime has no cheap one: something failed that may be anybody's.
 */
export function watchCalls(): void {
  watches = true;
}

/** Runs a plugin's code in a context of its own. */
export class PluginContext {
  readonly #other: KeptContext;
  readonly #ofRequest: KeptContext;

  /** @param owner Whose code it is. */
  constructor(owner: ModuleOwner) {
    this.#other = new KeptContext({ owner, ofRequest: false });
    this.#ofRequest = new KeptContext({ owner, ofRequest: true });
  }

  /** Runs code whatever it costs. */
  run<A, R>(code: (argument: A) => R, argument: A): R {
    return running.run(this.#other.code, code, argument);
  }

  /** Runs code on account of a request. */
  call<A, R>(code: (argument: A) => R, argument: A): R {
    return within(this.#ofRequest, code, argument);
  }

  /** Runs a hook, which takes two arguments. */
  callHook<A, B, R>(
    code: (argument: A, second: B) => R,
    argument: A,
    second: B,
  ): R {
    if (contexts === undefined) {
      return watches
        ? running.run(this.#other.code, code, argument, second)
        : code(argument, second);
    }
    const { get, set } = contexts;
    const before = get();
    set(this.#other.beside(before));
    try {
      return code(argument, second);
    } finally {
      set(before);
    }
  }
}

/** The contexts in which some code is running, beside whatever else they hold. */
class KeptContext {
  readonly code: RunningCode;
  readonly #alone: object | undefined;
  readonly #beside = new WeakMap<object, object>();

  constructor(code: RunningCode) {
    this.code = code;
    if (contexts === undefined) return;
    const { get, set } = contexts;
    const before = get();
    set(undefined);
    this.#alone = running.run(code, get);
    set(before);
  }

  beside(before: object | undefined): object | undefined {
    if (before === undefined) return this.#alone;
    let context = this.#beside.get(before);
    if (context === undefined) {
      context = running.run(this.code, contexts!.get)!;
      this.#beside.set(before, context);
    }
    return context;
  }
}

function within<A, R>(
  context: KeptContext,
  code: (argument: A) => R,
  argument: A,
): R {
  if (contexts === undefined) {
    return watches ? running.run(context.code, code, argument) : code(argument);
  }
  const { get, set } = contexts;
  const before = get();
  set(context.beside(before));
  try {
    return code(argument);
  } finally {
    set(before);
  }
}

/**
 * Deno keeps one value for each asynchronous context, which all storages share.
 * To put a known one in its place costs a hundredth of `run()`. It is internal:
 * where it is not what is expected here, everything works without it.
 */
function contextSwitch(): ContextSwitch | undefined {
  try {
    const internal = Reflect.get(Deno, Reflect.get(Deno, "internal"));
    const { getAsyncContext: get, setAsyncContext: set } = internal.core;
    const probe = { owner: { id: 0, label: "", loader: {} }, ofRequest: false };
    const before = get();
    const context = running.run(probe, get);
    set(context);
    const holds = running.getStore() === probe;
    set(before);
    const isExpected = holds && typeof context === "object" &&
      context !== before && running.getStore() === undefined;
    return isExpected ? { get, set } : undefined;
  } catch {
    return undefined;
  }
}
