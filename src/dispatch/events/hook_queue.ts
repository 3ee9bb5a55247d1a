/**
 * Delivers the events of one name to one plugin, one after another: the next
 * one waits until the hook is done with the last.
 *
 * @module
 */
import type { PluginError } from "../../shared/errors.ts";
import { isThenable } from "../../async/thenable.ts";
import type {
  LoadedPlugin,
  PluginRegistry,
  RunHook,
} from "../../execution/mod.ts";
import { HookCalls } from "./hook_run.ts";

/** Nothing where the hook is done, else why it is not. */
export type Outcome = PluginError | undefined;

/** What all lanes share. */
export interface LaneShare {
  /** The loaded plugins. */
  readonly registry: PluginRegistry;
  /** Says why a plugin's hook cannot be called. */
  readonly unavailable: (pluginId: number, act: string) => PluginError;
  /** Milliseconds that a hook may take; 0 for no limit. */
  readonly timeoutMs: number;
  /** How many events may wait for one hook. */
  readonly maxQueued: number;
  /** Whether hooks get spans; asked for once an event. */
  traced: boolean;
  /** How many more hooks may be under way. */
  free: number;
  /** Lanes that wait for another one to be done. */
  readonly blocked: Set<HookLane>;
}

/** An event that waits. */
interface Waiting {
  readonly payload: unknown;
  readonly extra: unknown;
  readonly done: (outcome: Outcome | Promise<Outcome>) => void;
}

/** The hook of one plugin for one event. */
export class HookLane {
  /** The event's canonical name. */
  readonly event: string;
  readonly #plugin: LoadedPlugin;
  readonly #calls: HookCalls;
  readonly #shared: LaneShare;
  readonly #queue: Waiting[] = [];
  #busy = false;

  /** @param options The hook, and what all lanes share. */
  constructor(
    plugin: LoadedPlugin,
    event: string,
    options: { readonly run: RunHook; readonly shared: LaneShare },
  ) {
    this.#plugin = plugin;
    this.event = event;
    this.#shared = options.shared;
    const { timeoutMs } = options.shared;
    this.#calls = new HookCalls(plugin, { event, run: options.run, timeoutMs });
  }

  /** The id of the plugin. */
  get pluginId(): number {
    return this.#plugin.id;
  }

  /** Whether the hook runs in a process of its own. */
  get isIsolated(): boolean {
    return this.#plugin.runner.isolation === "process";
  }

  /**
   * Calls the hook, now or in its turn.
   *
   * @returns What became of it: at once where the hook is synchronous.
   */
  deliver(payload: unknown, extra?: unknown): Outcome | Promise<Outcome> {
    return this.#busy || this.#shared.free < 1
      ? this.#enqueue(payload, extra)
      : this.#call(payload, extra);
  }

  /**
   * Calls the hook at once, whatever else is under way.
   *
   * @throws {PluginError} Why the hook failed, or was not called.
   */
  callNow(payload: unknown, extra?: unknown): unknown {
    const unloaded = this.#unloaded();
    if (unloaded !== undefined) throw unloaded;
    return this.#calls.call(payload, extra);
  }

  /** Starts what waits, as far as it may. */
  resume(): void {
    while (!this.#busy && this.#shared.free >= 1) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      next.done(this.#unloaded() ?? this.#call(next.payload, next.extra));
    }
    if (!this.#busy && this.#queue.length > 0) this.#shared.blocked.add(this);
  }

  #unloaded(): Outcome {
    return this.#shared.registry.get(this.pluginId) === this.#plugin
      ? undefined
      : this.#shared.unavailable(
        this.pluginId,
        `call hook "${this.event}" of`,
      );
  }

  #enqueue(payload: unknown, extra: unknown): Promise<Outcome> {
    if (this.#queue.length >= this.#shared.maxQueued) this.#dropOldest();
    if (!this.#busy) this.#shared.blocked.add(this);
    return new Promise((done) => this.#queue.push({ payload, extra, done }));
  }

  #dropOldest(): void {
    this.#plugin.health.droppedEvents++;
    this.#queue.shift()?.done(
      this.#calls.error(
        "ACTION_TIMEOUT",
        `${this.#shared.maxQueued} later events wait already, so this one was dropped`,
      ),
    );
  }

  #call(payload: unknown, extra: unknown): Outcome | Promise<Outcome> {
    try {
      const value = this.#calls.call(payload, extra, this.#shared.traced);
      if (isThenable(value)) return this.#settle(value);
    } catch (error) {
      return error as PluginError;
    }
  }

  async #settle(pending: PromiseLike<unknown>): Promise<Outcome> {
    this.#busy = true;
    this.#shared.free--;
    try {
      await pending;
    } catch (error) {
      return error as PluginError;
    } finally {
      this.#release();
    }
  }

  #release(): void {
    this.#busy = false;
    this.#shared.free++;
    this.resume();
    for (const lane of this.#shared.blocked) {
      if (this.#shared.free < 1) return;
      this.#shared.blocked.delete(lane);
      lane.resume();
    }
  }
}
