/**
 * Hands events to the hooks of all loaded plugins and to the host's own
 * listeners, and keeps one that fails away from the others.
 *
 * @module
 */
import type { PluginError } from "../../shared/errors.ts";
import type {
  LifecycleEvent,
  LifecycleEventName,
} from "../../plugin/lifecycle_event.ts";
import { canonicalEvent } from "../../plugin/event_names.ts";
import type { HookHandlers, PluginIdentity } from "../../plugin/plugin.ts";
import type { LoadedPlugin, PluginRegistry } from "../../execution/mod.ts";
import { isTracing } from "../../shared/tracing.ts";
import { hookHandlers, type HookLookUp } from "./hook_handlers.ts";
import { HookIndex, type Unread } from "./hook_index.ts";
import { HookLane, type LaneShare, type Outcome } from "./hook_queue.ts";

/** A hook that failed. */
export interface EmitFailure {
  /** The plugin whose hook it is. */
  readonly pluginId: number;
  /** Why it failed; what the hook threw is its `cause`. */
  readonly error: PluginError;
}

/** What became of an event. */
export interface EmitResult {
  /** How many hooks finished. */
  readonly delivered: number;
  /**
   * The hooks that failed, in the order in which their plugins were loaded; then
   * the plugins of which the database did not tell whether they have one.
   */
  readonly failed: readonly EmitFailure[];
}

/** A listener of the host. */
export type EventListener = (payload: unknown, extra?: unknown) => unknown;

/** How events are handed out. */
export interface PluginEventsOptions {
  /**
   * Milliseconds that a hook may take; 0 for no limit.
   *
   * @default 30000
   */
  readonly hookTimeoutMs?: number;
  /**
   * How many hooks may be under way at once.
   *
   * @default Infinity
   */
  readonly concurrency?: number;
  /**
   * How many events of one name may wait for one plugin. When more come, the
   * oldest is dropped and counted in the plugin's health.
   *
   * @default 1000
   */
  readonly maxQueued?: number;
  /** Says why a plugin's hook cannot be called. */
  readonly unavailable: (pluginId: number, act: string) => PluginError;
  /** Told when a listener of the host throws or rejects. */
  readonly onListenerError: (error: unknown, event: string) => void;
  /**
   * Told which plugin an error is of that a hook failed with which the host
   * called itself: where the host leaves it alone, it is the plugin's.
   *
   * @default nobody; such errors are left to the process
   */
  readonly claim?: (error: PluginError, plugin: PluginIdentity) => void;
}

/** The events of one handler. */
export class PluginEvents {
  readonly #registry: PluginRegistry;
  readonly #shared: LaneShare;
  readonly #onListenerError: PluginEventsOptions["onListenerError"];
  readonly #claim: HookLookUp["claim"];
  readonly #listeners = new Map<string, Set<EventListener>>();
  readonly #index: HookIndex;

  constructor(registry: PluginRegistry, options: PluginEventsOptions) {
    this.#registry = registry;
    this.#index = new HookIndex(registry, (plugin) => this.#open(plugin));
    this.#onListenerError = options.onListenerError;
    this.#claim = options.claim ?? (() => {});
    this.#shared = {
      registry,
      unavailable: options.unavailable,
      timeoutMs: options.hookTimeoutMs ?? 30_000,
      maxQueued: options.maxQueued ?? 1000,
      free: options.concurrency ?? Infinity,
      traced: false,
      blocked: new Set(),
    };
  }

  /**
   * Calls the hook of every loaded plugin that has one for this event. Hooks
   * run side by side; one plugin gets the events of one name in order.
   *
   * @param event The event, in either dialect.
   * @param extra What comes beside it, as the second argument of hooks that
   * take three.
   * @returns What became of it, once every hook is done or out of time. It
   * never rejects: plugins of which the database does not tell what hooks they
   * have are among those that failed.
   */
  emit(
    event: string,
    payload?: unknown,
    extra?: unknown,
  ): Promise<EmitResult> {
    const name = canonicalEvent(event);
    if (this.#listeners.size > 0) this.#notify(name, payload, extra);
    const lanes = this.#index.lanes(name);
    const { unread } = this.#index;
    this.#shared.traced = isTracing();
    // Most hooks are done at once: only what is not so is kept.
    const rest: Unfinished[] = [];
    for (const lane of lanes) {
      const outcome = lane.deliver(payload, extra);
      if (outcome !== undefined) rest.push({ lane, outcome });
    }
    return rest.length === 0 && unread === undefined
      ? Promise.resolve({ delivered: lanes.length, failed: [] })
      : summarise(lanes.length, rest, unread);
  }

  /**
   * Calls the hook of one plugin alone.
   *
   * @param payload What the hook receives.
   * @throws {PluginError} `STORE_FAILED` where nobody can tell what hooks the
   * plugin has.
   */
  async emitTo(
    pluginId: number,
    event: string,
    payload: unknown,
  ): Promise<void> {
    const lane = this.#index.lane(pluginId, canonicalEvent(event));
    // A hook that fails is counted where it runs.
    await lane?.deliver(payload);
  }

  /**
   * Listens to an event on behalf of the host. Listeners are called before the
   * hooks; nobody waits for what they return.
   *
   * @param event The event, in either dialect.
   * @param listener Called with the payload as it was emitted.
   */
  on(event: string, listener: EventListener): () => void {
    const name = canonicalEvent(event);
    const listeners = this.#listeners.get(name) ?? new Set();
    // A wrapper, so that a function that listens twice is undone once each.
    const entry: EventListener = (...given) => listener(...given);
    this.#listeners.set(name, listeners.add(entry));
    return () => {
      if (listeners.delete(entry) && listeners.size === 0) {
        this.#listeners.delete(name);
      }
    };
  }

  /**
   * The hooks of the loaded plugins, for a host that calls them itself. They
   * call whatever is loaded in the plugin's place by then.
   *
   * @returns The hooks by plugin id. They fail with what {@linkcode emit} would
   * report, and count in the plugin's health as well.
   */
  handlers(): Map<number, HookHandlers> {
    return hookHandlers(this.#index.all(), {
      laneOf: (pluginId, event) => this.#laneOf(pluginId, event),
      claim: this.#claim,
    });
  }

  #laneOf(pluginId: number, event: string): HookLane | undefined {
    if (this.#registry.has(pluginId)) return this.#index.lane(pluginId, event);
    throw this.#shared.unavailable(pluginId, `call hook "${event}" of`);
  }

  /**
   * Says what became of a plugin: to the host's listeners at once, then to the
   * hooks of the other plugins. What runs isolated hears which plugin it is, and
   * no more.
   */
  announce(event: LifecycleEventName, about: LifecycleEvent): void {
    if (this.#listeners.size > 0) this.#notify(event, about, undefined);
    // A hook must not run in the midst of what is being announced.
    queueMicrotask(() => {
      if (!this.#index.isBehind) return this.#announceToHooks(event, about);
      // Nobody waits for it, and a request may.
      this.#index.catchUp().then(() => this.#announceToHooks(event, about));
    });
  }

  #announceToHooks(event: LifecycleEventName, about: LifecycleEvent): void {
    const { id, name, version } = about;
    for (const lane of this.#index.lanes(event)) {
      if (lane.pluginId === id) continue;
      lane.deliver(lane.isIsolated ? { id, name, version } : about);
    }
  }

  #notify(name: string, payload: unknown, extra: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      Promise.try(listener, payload, extra)
        .catch((error) => this.#onListenerError(error, name));
    }
  }

  #open(plugin: LoadedPlugin): readonly HookLane[] {
    return [...plugin.hooks].map(([event, run]) =>
      new HookLane(plugin, event, { run, shared: this.#shared })
    );
  }
}

/** A hook that failed, or that is not done yet. */
interface Unfinished {
  readonly lane: HookLane;
  readonly outcome: PluginError | Promise<Outcome>;
}

/** Nobody knows whether what is unread has a hook for the event. */
async function summarise(
  hooks: number,
  rest: readonly Unfinished[],
  unread: Unread | undefined,
): Promise<EmitResult> {
  const errors = await Promise.all(rest.map(({ outcome }) => outcome));
  const failed = errors.flatMap((error, index) =>
    error === undefined ? [] : [{ pluginId: rest[index]!.lane.pluginId, error }]
  );
  const delivered = hooks - failed.length;
  const unheard = unread?.ids.map((pluginId) => ({
    pluginId,
    error: unread.error,
  }));
  return { delivered, failed: failed.concat(unheard ?? []) };
}
