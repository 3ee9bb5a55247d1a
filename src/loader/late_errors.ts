/**
 * Lays errors that nobody awaits to the plugin whose code they came from, so
 * that they do not end the host's process.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ModuleOwner } from "./module_names.ts";
import { nameStack, stackOwner } from "./readable_stack.ts";

const running = new AsyncLocalStorage<ModuleOwner>();

/**
 * Runs a plugin's code, so that rejections that it leaves unhandled are laid to
 * it even where they have no stack trace that names it: a rejected text, or
 * `fetch()` without `await`. Timers and promises made on the way carry on.
 *
 * @param owner Whose code it is.
 * @param run Runs the code.
 * @param args What it is called with.
 * @returns What it returns.
 */
export function runAs<A extends unknown[], R>(
  owner: ModuleOwner,
  run: (...args: A) => R,
  ...args: A
): R {
  return running.run(owner, run, ...args);
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

/** Receives a late error of a plugin, its stack trace under the plugin's name. */
export type LateErrorListener = (pluginId: number, error: unknown) => void;

/**
 * Keeps late errors of plugins from ending the process, until it is disposed
 * of. All others are left to the host.
 *
 * @param loader The loader that imported the plugins.
 * @param onError Receives each error.
 * @returns What stops it.
 */
export function containLateErrors(
  loader: object,
  onError: LateErrorListener,
): Disposable {
  const contain = (event: Event, id: number | undefined, error: unknown) => {
    if (id === undefined) return;
    event.preventDefault();
    nameStack(error);
    onError(id, error);
  };
  const onRejection = (event: PromiseRejectionEvent) => {
    const { reason } = event;
    const id = ownerOf(reason, loader) ?? idIn(running.getStore(), loader);
    contain(event, id, reason);
  };
  // Whose context an error event is dispatched in is left to chance.
  const onUncaught = (event: ErrorEvent) =>
    contain(event, ownerOf(event.error, loader), event.error);
  globalThis.addEventListener("unhandledrejection", onRejection);
  globalThis.addEventListener("error", onUncaught);
  return {
    [Symbol.dispose]() {
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
