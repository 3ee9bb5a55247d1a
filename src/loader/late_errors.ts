/**
 * Attributes errors that nobody awaits to the plugin whose code they came from,
 * and keeps them from ending the host's process: by the stack trace, else by the
 * asynchronous context. What neither tells, and no frame of the host's claims,
 * is contained as well.
 *
 * @module
 */
import {
  type ModuleOwner,
  ownerOfStack,
} from "../shared/stack/module_labels.ts";
import { nameStack, stackOwner } from "../shared/stack/readable_stack.ts";
import {
  type RunningCode,
  runningCode,
  watchCalls,
} from "../shared/plugin_context.ts";

/** An error of a plugin's, outside of any call. */
export interface LateError {
  /** The id of the plugin. */
  readonly pluginId: number;
  /** The plugin as it is shown: `name@version`. */
  readonly label: string;
  /** What was thrown; its stack trace is under the plugin's name. */
  readonly error: unknown;
  /** Whether the call that it is of has been counted as failed. */
  readonly isCounted: boolean;
  /** Whether a request asked for what failed; undefined where nobody knows. */
  readonly ofRequest: boolean | undefined;
}

/** What is told about late errors. */
export interface LateErrorListeners {
  /** Receives an error of a plugin. */
  readonly onError: (late: LateError) => void;
  /** Receives an error that may be anybody's. */
  readonly onUnattributed: (error: unknown) => void;
}

/** Whose code failed, and on whose account. */
type Account =
  & Pick<RunningCode, "owner">
  & Pick<LateError, "ofRequest">;

/** By loader. A plugin's timers may outlive its handler, which is closed then. */
const listening = new WeakMap<object, LateErrorListeners>();
/** Who is told of what may be anybody's: the last one that is open. */
const open = new Set<LateErrorListeners>();
let lastClosed: LateErrorListeners | undefined;
let isInstalled = false;
/** Whether a plugin's code has run in this process. */
let hasRunCode = false;

/** Errors that the handler made of what plugins threw. */
const claimed = new WeakMap<Error, ModuleOwner>();

/**
 * Says whose an error is that the handler made, and that the host may leave
 * alone.
 */
export function claimError(error: Error, owner: ModuleOwner): void {
  claimed.set(error, owner);
  install();
}

/**
 * Whose code something was thrown in.
 *
 * @returns The id of the plugin; undefined where it is none of the loader's.
 */
export function ownerOf(thrown: unknown, loader: object): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const owner = stackOwner(thrown);
  return owner?.loader === loader ? owner.id : undefined;
}

/**
 * Keeps late errors of plugins from ending the process. All others are left to
 * the host.
 *
 * @param afterwards Receive those of plugins that outlive the handler.
 */
export function containLateErrors(
  loader: object,
  listeners: LateErrorListeners,
  afterwards: LateErrorListeners,
): Disposable {
  listening.set(loader, listeners);
  open.add(listeners);
  return {
    [Symbol.dispose]() {
      listening.set(loader, afterwards);
      open.delete(listeners);
      lastClosed = afterwards;
    },
  };
}

/**
 * Says that a plugin's code is about to run in this process. From then on its
 * errors are looked for, for as long as the process lives: no module goes away.
 */
export function expectLateErrors(): void {
  hasRunCode = true;
  install();
}

function install(): void {
  if (isInstalled || (open.size === 0 && lastClosed === undefined)) return;
  isInstalled = true;
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (!event.defaultPrevented) contain(event, event.reason, runningCode());
  });
  globalThis.addEventListener("error", (event) => {
    if (event.defaultPrevented) return;
    // Whose context an error is reported in is left to chance.
    const owner = ownerOfStack(` at ${event.filename}`);
    contain(event, event.error, owner && { owner, ofRequest: undefined });
  });
}

function contain(
  event: Event,
  error: unknown,
  code: Account | undefined,
): void {
  const owner = error instanceof Error
    ? claimed.get(error) ?? stackOwner(error)
    : undefined;
  const found = owner ?? code?.owner;
  if (found !== undefined) {
    return containAs(event, error, {
      owner: found,
      ofRequest: code?.owner === found ? code.ofRequest : undefined,
    });
  }
  const listeners = [...open].at(-1) ?? lastClosed;
  if (!hasRunCode || listeners === undefined || hasHostFrame(error)) return;
  event.preventDefault();
  watchCalls();
  listeners.onUnattributed(error);
}

function containAs(
  event: Event,
  error: unknown,
  { owner, ofRequest }: Account,
): void {
  const listeners = listening.get(owner.loader);
  if (listeners === undefined) return;
  event.preventDefault();
  nameStack(error);
  const { id: pluginId, label } = owner;
  const isCounted = claimed.has(error as Error);
  listeners.onError({ pluginId, label, error, isCounted, ofRequest });
}

/** Whether a stack trace tells of any code but the runtime's and plugins'. */
function hasHostFrame(thrown: unknown): boolean {
  return thrown instanceof Error &&
    /^ +at (?!.*\b(?:ext|node):|.*blob:null\/|.*\/\/dockstat-\d|.*plugin:\/\/s\d|.*<anonymous>).+$/m
      .test(String(thrown.stack));
}
