/**
 * Loads, reloads and unloads plugins: the one path from stored rows to live
 * records, for one plugin and for ten thousand. What happens to one plugin
 * happens in the order in which it was asked for; plugins do not wait for each
 * other.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import type { StoredPlugin } from "../store/mod.ts";
import type { LoadedPlugin } from "../execution/loaded_plugin.ts";
import type { Announce } from "../plugin/lifecycle_event.ts";
import type { PluginAssembly } from "./plugin_assembly.ts";
import type { PluginRegistry } from "../execution/plugin_registry.ts";
import { PluginTurns } from "../async/keyed_queue.ts";
import { Deadline } from "../async/deadline.ts";

/** A plugin on its way into the registry. */
interface Loading {
  /** The outcome that everybody who asks for the plugin shares. */
  readonly done: Promise<LoadedPlugin>;
  /** Gives it up. */
  readonly giveUp: AbortController;
}

/** What a lifecycle reports to. */
export interface PluginLifecycleOptions {
  /**
   * Asked when a plugin does not load: true where its former version is back in
   * its place, to be loaded instead.
   */
  readonly takeBack: (pluginId: number, error: unknown) => boolean;
  /** Says that plugins come and go. */
  readonly announce: Announce;
  /** Told when a plugin cannot be let go of cleanly. */
  readonly onDisposeError: (plugin: LoadedPlugin, error: unknown) => void;
}

/** Loads, reloads and unloads plugins. */
export class PluginLifecycle {
  readonly #registry: PluginRegistry;
  readonly #assembly: PluginAssembly;
  readonly #options: PluginLifecycleOptions;
  readonly #turns = new PluginTurns();
  readonly #loading = new Map<number, Loading[]>();
  /** Former instances that finish what is under way. */
  readonly #leaving = new Map<number, Set<LoadedPlugin>>();
  #closed: Promise<void> | undefined;

  constructor(
    registry: PluginRegistry,
    assembly: PluginAssembly,
    options: PluginLifecycleOptions,
  ) {
    this.#registry = registry;
    this.#assembly = assembly;
    this.#options = options;
  }

  /**
   * Loads plugins, each for itself; one that is registered is activated.
   *
   * @returns What became of each, in order.
   */
  async load(
    ids: readonly number[],
  ): Promise<PromiseSettledResult<LoadedPlugin>[]> {
    using _ = this.#holdFor(ids.length);
    return await Promise.allSettled(ids.map((id) => this.#load(id)));
  }

  /**
   * Publishes what is known of plugins, and loads those of which nothing is.
   *
   * @returns What became of each, in order.
   */
  async register(
    rows: readonly StoredPlugin[],
  ): Promise<PromiseSettledResult<LoadedPlugin>[]> {
    const checked = await this.#assembly.checked(rows);
    const endless = await this.#assembly.learn(
      checked.filter(({ id }) =>
        !this.#turns.busy(id) && !this.#registry.has(id)
      ),
    );
    const free = checked.filter(({ id }) =>
      !this.#turns.busy(id) && !endless.has(id)
    );
    using _ = this.#holdFor(free.length);
    const registered = this.#register(free);
    return await Promise.allSettled(checked.map(async (row) => {
      const { id } = row;
      const error = endless.get(id);
      if (error !== undefined) throw error;
      if (this.#turns.busy(id) && !this.#loading.has(id)) {
        // The instance before is still being let go of.
        await this.#turns.over(id);
        if (!this.#registry.has(id)) this.#register([row]);
        return this.#registry.get(id) ?? await this.#load(id);
      }
      return registered.get(id) ?? await this.#load(id);
    }));
  }

  #holdFor(count: number): Disposable | undefined {
    return count > 1 ? this.#assembly.hold() : undefined;
  }

  #register(rows: readonly StoredPlugin[]): Map<number, LoadedPlugin> {
    const { known } = this.#assembly.register(
      rows.filter(({ id }) => !this.#registry.has(id)),
    );
    for (const record of known) this.#registry.set(record);
    return new Map(known.map((record) => [record.id, record]));
  }

  /**
   * Loads a plugin anew and puts it in the place of the old instance, which
   * finishes what is under way. Where that fails the old one stays.
   */
  reload(id: number): Promise<LoadedPlugin> {
    return this.#begin(id, async (signal) => {
      try {
        return await this.#assembly.assemble(id, signal);
      } catch (error) {
        const old = this.#registry.get(id);
        if (old !== undefined) await this.#assembly.restore(old);
        throw error;
      }
    });
  }

  /** Publishes a plugin, in the place of the instance that is loaded. */
  replace(plugin: LoadedPlugin): void {
    const old = this.#registry.get(plugin.id);
    this.#registry.set(plugin);
    if (old !== undefined) this.#drain(old);
    this.#say("plugin:loaded", plugin);
  }

  /**
   * Whether a plugin is on its way into the registry.
   *
   * @returns Whether it is.
   */
  isLoading(id: number): boolean {
    return this.#loading.has(id);
  }

  /** Takes a plugin out of service at once; its `cleanup()` runs afterwards. */
  unload(id: number): boolean {
    return this.#end(id, "it was unloaded meanwhile");
  }

  /** Does something with a plugin while nothing else is done with it. */
  async exclusive<R>(id: number, work: () => Promise<R>): Promise<R> {
    this.#refuseClosed(id);
    return await this.#turns.take(id, work);
  }

  /** Unloads everything and waits until it is gone. Nothing loads any more. */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    const ids = [this.#registry.ids(), this.#loading.keys()];
    this.#assembly.close();
    for (const id of [...ids, this.#leaving.keys()].flatMap((it) => [...it])) {
      this.#end(id, "the handler was closed");
    }
    await this.#turns.allOver();
    Deadline.settle();
  }

  async #load(id: number): Promise<LoadedPlugin> {
    const loaded = this.#registry.get(id);
    if (loaded?.runner.active) throw alreadyLoaded(id);
    if (loaded === undefined) {
      return await (this.#loading.get(id)?.at(-1)?.done ??
        this.#begin(id, (signal) => this.#assembleOrFormer(id, signal)));
    }
    await loaded.runner.activate();
    return loaded;
  }

  async #begin(
    id: number,
    assemble: (signal: AbortSignal) => Promise<LoadedPlugin>,
  ): Promise<LoadedPlugin> {
    this.#refuseClosed(id);
    const giveUp = new AbortController();
    const done = this.#turns.take(id, async () => {
      giveUp.signal.throwIfAborted();
      return await this.#publish(assemble, giveUp.signal);
    });
    const loading = { done, giveUp };
    this.#loading.set(id, [...this.#loading.get(id) ?? [], loading]);
    try {
      return await done;
    } finally {
      this.#forget(id, loading);
    }
  }

  async #publish(
    assemble: (signal: AbortSignal) => Promise<LoadedPlugin>,
    signal: AbortSignal,
  ): Promise<LoadedPlugin> {
    let plugin: LoadedPlugin;
    try {
      plugin = await assemble(signal);
    } catch (error) {
      throw signal.aborted && isGivenUp(error) ? signal.reason : error;
    }
    if (signal.aborted) {
      await this.#report(plugin, plugin.undo());
      throw signal.reason;
    }
    this.replace(plugin);
    return plugin;
  }

  async #assembleOrFormer(
    id: number,
    signal: AbortSignal,
  ): Promise<LoadedPlugin> {
    try {
      return await this.#assembly.assemble(id, signal);
    } catch (error) {
      if (signal.aborted || !this.#options.takeBack(id, error)) throw error;
      return await this.#assembly.assemble(id, signal);
    }
  }

  #end(id: number, why: string): boolean {
    for (const { giveUp } of this.#loading.get(id) ?? []) {
      giveUp.abort(notLoaded(id, why));
    }
    this.#loading.delete(id);
    const record = this.#registry.delete(id);
    const former = this.#leaving.get(id) ?? [];
    for (const it of record === undefined ? former : [...former, record]) {
      const gone = this.#report(it, it.dispose());
      this.#turns.add(id, gone);
    }
    this.#leaving.delete(id);
    if (record === undefined) return false;
    if (this.#closed === undefined) this.#say("plugin:unloaded", record);
    return true;
  }

  #say(
    event: "plugin:loaded" | "plugin:unloaded",
    { id, name, version }: LoadedPlugin,
  ): void {
    this.#options.announce(event, { id, name, version });
  }

  /** What comes next does not wait: a request may take its time. */
  #drain(old: LoadedPlugin): void {
    const former = this.#leaving.get(old.id) ?? new Set();
    this.#leaving.set(old.id, former.add(old));
    const gone = this.#report(old, old.dispose({ drain: true }));
    gone.then(() => {
      former.delete(old);
      if (former.size === 0 && this.#leaving.get(old.id) === former) {
        this.#leaving.delete(old.id);
      }
    });
  }

  async #report(plugin: LoadedPlugin, gone: Promise<void>): Promise<void> {
    try {
      await gone;
    } catch (error) {
      this.#options.onDisposeError(plugin, error);
    }
  }

  #forget(id: number, loading: Loading): void {
    const others = this.#loading.get(id)?.filter((it) => it !== loading) ?? [];
    if (others.length > 0) this.#loading.set(id, others);
    else this.#loading.delete(id);
  }

  #refuseClosed(id: number): void {
    if (this.#closed === undefined) return;
    throw new PluginError(
      "STORE_FAILED",
      `Cannot load plugin ${id}: the handler is closed; open it again with new PluginHandler()`,
      { pluginId: id },
    );
  }
}

function alreadyLoaded(id: number): PluginError {
  return new PluginError(
    "PLUGIN_ALREADY_LOADED",
    `Cannot load plugin ${id}: it is loaded already; unload it first, or call reloadPlugin(${id})`,
    { pluginId: id },
  );
}

function notLoaded(id: number, why: string): PluginError {
  return new PluginError("LOAD_FAILED", `Cannot load plugin ${id}: ${why}`, {
    pluginId: id,
  });
}

/** Whether it is all the same which error the load ended with. */
function isGivenUp(error: unknown): boolean {
  return error instanceof PluginError && error.code === "PLUGIN_NOT_LOADED";
}
