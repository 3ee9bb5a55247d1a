/**
 * Delivers the events of one name to one plugin, one after another: the next
 * one waits until the hook is done with the last.
 *
 * @module
 */
import { messageOf, PluginError } from "../errors.ts";
import {
  Deadline,
  isThenable,
  type LoadedPlugin,
  type PluginRegistry,
  type RunHook,
} from "../runtime/mod.ts";
import { pluginAttributes, withSpan } from "../tracing.ts";

/** Nothing where the hook is done, else why it is not. */
export type Outcome = PluginError | undefined;

/** What all lanes share. */
export interface LaneShare {
  /** The loaded plugins. */
  readonly registry: PluginRegistry;
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
  readonly done: (outcome: Outcome | Promise<Outcome>) => void;
}

/** The hook of one plugin for one event. */
export class HookLane {
  /** The event's canonical name. */
  readonly event: string;
  readonly #plugin: LoadedPlugin;
  readonly #run: RunHook;
  readonly #stats: ReturnType<LoadedPlugin["health"]["hook"]>;
  readonly #shared: LaneShare;
  readonly #queue: Waiting[] = [];
  #busy = false;

  /**
   * @param plugin The plugin.
   * @param event The event's canonical name.
   * @param options The hook, and what all lanes share.
   */
  constructor(
    plugin: LoadedPlugin,
    event: string,
    options: { readonly run: RunHook; readonly shared: LaneShare },
  ) {
    this.#plugin = plugin;
    this.event = event;
    this.#run = options.run;
    this.#shared = options.shared;
    this.#stats = plugin.health.hook(event);
  }

  /** The id of the plugin. */
  get pluginId(): number {
    return this.#plugin.id;
  }

  /**
   * Calls the hook, now or in its turn.
   *
   * @param payload The event's payload.
   * @returns What became of it: at once where the hook is synchronous.
   */
  deliver(payload: unknown): Outcome | Promise<Outcome> {
    return this.#busy || this.#shared.free < 1
      ? this.#enqueue(payload)
      : this.#call(payload);
  }

  /** Starts what waits, as far as it may. */
  resume(): void {
    while (!this.#busy && this.#shared.free >= 1) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      next.done(this.#unloaded() ?? this.#call(next.payload));
    }
    if (!this.#busy && this.#queue.length > 0) this.#shared.blocked.add(this);
  }

  #unloaded(): Outcome {
    return this.#shared.registry.get(this.pluginId) === this.#plugin
      ? undefined
      : this.#error("PLUGIN_NOT_LOADED", "it was unloaded before its turn");
  }

  #enqueue(payload: unknown): Promise<Outcome> {
    if (this.#queue.length >= this.#shared.maxQueued) this.#dropOldest();
    if (!this.#busy) this.#shared.blocked.add(this);
    return new Promise((done) => this.#queue.push({ payload, done }));
  }

  #dropOldest(): void {
    this.#plugin.health.droppedEvents++;
    this.#queue.shift()?.done(
      this.#error(
        "ACTION_TIMEOUT",
        `${this.#shared.maxQueued} later events wait already, so this one was dropped`,
      ),
    );
  }

  #call(payload: unknown): Outcome | Promise<Outcome> {
    const stats = this.#stats;
    const startedAt = stats.sampled ? performance.now() : 0;
    stats.calls++;
    try {
      const value = this.#shared.traced
        ? this.#runTraced(payload)
        : this.#run(payload);
      if (isThenable(value)) return this.#settle(value, startedAt);
    } catch (thrown) {
      return this.#failed(thrown);
    }
    this.#succeeded(startedAt);
  }

  #runTraced(payload: unknown): unknown {
    const attributes = {
      ...pluginAttributes(this.#plugin),
      "code.function.name": this.event,
    };
    return withSpan(
      `hook ${this.event}`,
      { attributes },
      () => this.#run(payload),
    );
  }

  async #settle(
    pending: PromiseLike<unknown>,
    startedAt: number,
  ): Promise<Outcome> {
    this.#busy = true;
    this.#shared.free--;
    try {
      await this.#withinLimit(pending);
      this.#succeeded(startedAt);
    } catch (thrown) {
      return this.#failed(thrown);
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

  /** Settles at the time limit, whatever the hook does. */
  #withinLimit(pending: PromiseLike<unknown>): Promise<unknown> {
    const { timeoutMs } = this.#shared;
    return new Promise((resolve, reject) => {
      const deadline = new Deadline(() =>
        reject(
          this.#error("ACTION_TIMEOUT", `it took longer than ${timeoutMs} ms`),
        )
      );
      deadline.start(timeoutMs);
      pending.then(resolve, reject).then(() => deadline.stop());
    });
  }

  #succeeded(startedAt: number): void {
    if (startedAt !== 0) this.#stats.measure(performance.now() - startedAt);
    this.#plugin.health.succeeded();
  }

  #failed(thrown: unknown): PluginError {
    const error = thrown instanceof PluginError
      ? thrown
      : this.#error("ACTION_FAILED", messageOf(thrown), thrown);
    this.#stats.failures++;
    this.#plugin.health.failed(error);
    return error;
  }

  #error(
    code: "ACTION_FAILED" | "ACTION_TIMEOUT" | "PLUGIN_NOT_LOADED",
    state: string,
    cause?: unknown,
  ): PluginError {
    return new PluginError(
      code,
      `Cannot finish hook "${this.event}" of plugin "${this.#plugin.name}": ${state}`,
      { pluginId: this.#plugin.id, ...(cause === undefined ? {} : { cause }) },
    );
  }
}
