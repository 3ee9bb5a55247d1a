/**
 * Lays errors that nobody awaits to the plugin whose code they came from, so
 * that they do not end the host's process.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ModuleOwner } from "../shared/module_names.ts";
import { nameStack, stackOwner } from "../shared/readable_stack.ts";

const running = new AsyncLocalStorage<ModuleOwner>();

/** The loaders whose plugins' errors are contained. */
const containing = new Set<object>();

/**
 * Runs a plugin's code, so that rejections that it leaves unhandled are laid to
 * it even where they have no stack trace that names it: a rejected text, or
 * `fetch()` without `await`. Timers and promises made on the way carry on.
 *
 * @param owner Whose code it is.
 * @param run Runs the code.
 * @param argument What it is called with.
 * @returns What it returns.
 */
export function runAs<A, R>(
  owner: ModuleOwner,
  run: (argument: A) => R,
  argument: A,
): R {
  return running.run(owner, run, argument);
}

/**
 * Whose code something was thrown in.
 *
 * @param thrown What was thrown.
 * @param loader The loader that imported the plugin.
 * @returns The id of the plugin; undefined where it is none of the loader's.
 */
export function ownerOf(thrown: unknown, loader: object): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  return idIn(stackOwner(thrown), loader);
}

/** What is told about late errors. */
export interface LateErrorListeners {
  /** Receives an error of a plugin, its stack trace under the plugin's name. */
  readonly onError: (pluginId: number, error: unknown) => void;
  /**
   * Receives a rejection that may be anybody's: it has no stack trace, and what
   * caused it was not watched. Returns whether it is to be contained.
   */
  readonly onUnclear: (error: unknown) => boolean;
}

/**
 * Keeps late errors of plugins from ending the process, until it is disposed
 * of. All others are left to the host.
 *
 * @param loader The loader that imported the plugins.
 * @param listeners Receive the errors.
 * @returns What stops it.
 */
export function containLateErrors(
  loader: object,
  listeners: LateErrorListeners,
): Disposable {
  const contain = (event: Event, id: number, error: unknown) => {
    event.preventDefault();
    nameStack(error);
    listeners.onError(id, error);
  };
  const onRejection = (event: PromiseRejectionEvent) => {
    const { reason } = event;
    const owner = running.getStore();
    const id = ownerOf(reason, loader) ?? idIn(owner, loader);
    if (id !== undefined) return contain(event, id, reason);
    const isAnothers = owner !== undefined && containing.has(owner.loader);
    if (event.defaultPrevented || isAnothers || hasStack(reason)) return;
    if (listeners.onUnclear(reason)) event.preventDefault();
  };
  // Whose context an error event is dispatched in is left to chance: a timer
  // that throws what is no error cannot be told from the host's own.
  const onUncaught = (event: ErrorEvent) => {
    const id = ownerOf(event.error, loader);
    if (id !== undefined) contain(event, id, event.error);
  };
  containing.add(loader);
  globalThis.addEventListener("unhandledrejection", onRejection);
  globalThis.addEventListener("error", onUncaught);
  return {
    [Symbol.dispose]() {
      containing.delete(loader);
      globalThis.removeEventListener("unhandledrejection", onRejection);
      globalThis.removeEventListener("error", onUncaught);
    },
  };
}

function idIn(
  owner: ModuleOwner | undefined,
  loader: object,
): number | undefined {
  return owner?.loader === loader ? owner.id : undefined;
}

/** Whether a stack trace tells of any code but the runtime's own. */
function hasStack(thrown: unknown): boolean {
  return thrown instanceof Error &&
    /^ +at (?!.*\bext:|.*<anonymous>).+$/m.test(String(thrown.stack));
}
