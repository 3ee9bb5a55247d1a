/**
 * Loads, reloads and unloads plugins: the one path from stored rows to live
 * records, for one plugin and for ten thousand. What happens to one plugin
 * happens in the order in which it was asked for; plugins do not wait for each
 * other.
 *
 * @module
 */
import { PluginError } from "../errors.ts";
import type { PluginDefinition } from "../plugin.ts";
import type { StoredPlugin } from "../store/handler_tables.ts";
import type { LoadedPlugin } from "./loaded_plugin.ts";
import type { PluginAssembly } from "./plugin_assembly.ts";
import type { AssembledPlugin } from "./plugin_build.ts";
import type { PluginRegistry } from "./plugin_registry.ts";
import type { DisposeOptions } from "./plugin_runner.ts";

/** How many plugins are read and imported together. */
const PAGE = 500;
/**
 * How many plugins may be under way when the next page starts: enough that a
 * few which hang hold up nobody, few enough that none waits for thousands.
 */
const MAX_STRAGGLERS = 100;

/** A plugin on its way into the registry. */
interface Loading {
  /** The outcome that everybody who asks for the plugin shares. */
  done: Promise<LoadedPlugin>;
  /** Set when the plugin is unloaded before it has arrived. */
  cancelled: boolean;
}

/** What a lifecycle reports to. */
export interface PluginLifecycleOptions {
  /**
   * Asked when a plugin does not load: true where its former version is back in
   * its place, to be loaded instead.
   */
  readonly takeBack: (pluginId: number, error: unknown) => boolean;
  /** Told when a plugin cannot be let go of cleanly. */
  readonly onDisposeError: (plugin: LoadedPlugin, error: unknown) => void;
}

/** Loads, reloads and unloads plugins. */
export class PluginLifecycle {
  readonly #registry: PluginRegistry;
  readonly #assembly: PluginAssembly;
  readonly #options: PluginLifecycleOptions;
  readonly #loading = new Map<number, Loading>();
  readonly #busy = new Map<number, Promise<void>>();

  /**
   * @param registry Where loaded plugins are published.
   * @param assembly What makes records out of rows.
   * @param options What it reports to.
   */
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
   * Loads plugins, each for itself.
   *
   * @param ids Which ones.
   * @returns What became of each, in order.
   */
  async load(
    ids: readonly number[],
  ): Promise<PromiseSettledResult<LoadedPlugin>[]> {
    const all: Promise<LoadedPlugin>[] = [];
    const underWay = new Pending();
    for (let at = 0; at < ids.length; at += PAGE) {
      await underWay.atMost(MAX_STRAGGLERS);
      const page = this.#start(ids.slice(at, at + PAGE));
      for (const one of page) underWay.add(one);
      all.push(...page);
    }
    return await Promise.allSettled(all);
  }

  /**
   * Publishes what is known of plugins, and loads those of which nothing is.
   *
   * @param rows The stored plugins.
   * @returns What became of each, in order.
   */
  async register(
    rows: readonly StoredPlugin[],
  ): Promise<PromiseSettledResult<LoadedPlugin>[]> {
    const { known, unknown } = this.#assembly.register(
      rows.filter(({ id }) =>
        !this.#registry.has(id) && !this.#loading.has(id)
      ),
    );
    for (const { record } of known) this.#registry.set(record);
    const loaded = await this.load(unknown);
    const outcomes = new Map(unknown.map((id, at) => [id, loaded[at]!]));
    for (const { record } of known) {
      outcomes.set(record.id, { status: "fulfilled", value: record });
    }
    return rows.flatMap(({ id }) => outcomes.get(id) ?? []);
  }

  /**
   * Loads a plugin anew and puts it in the place of the old instance, which
   * finishes what is under way. Where that fails the old one stays.
   */
  async reload(id: number): Promise<LoadedPlugin> {
    await this.settled(id);
    return await this.#track(id, async (loading) => {
      const assembled = await this.#assembly.activate([id])[0]!;
      return await this.#publish(assembled, loading);
    });
  }

  /**
   * Puts an assembled plugin in the place of the one that is loaded.
   *
   * @param assembled What to publish.
   */
  replace(assembled: AssembledPlugin): void {
    const old = this.#registry.get(assembled.record.id);
    this.#registry.set(assembled.record);
    if (old !== undefined) this.#dispose(old, { drain: true });
  }

  /**
   * Takes a plugin out of service at once; its `cleanup()` runs afterwards.
   *
   * @returns Whether it was loaded.
   */
  unload(id: number): boolean {
    const loading = this.#loading.get(id);
    if (loading !== undefined) loading.cancelled = true;
    const record = this.#registry.delete(id);
    if (record === undefined) return false;
    this.#dispose(record, {});
    return true;
  }

  /**
   * Does something with a plugin while nothing else is done with it.
   *
   * @param id The plugin.
   * @param work What to do.
   * @returns What the work returned.
   */
  async exclusive<R>(id: number, work: () => Promise<R>): Promise<R> {
    while (this.#loading.has(id) || this.#busy.has(id)) await this.settled(id);
    const done = work();
    this.#occupy(id, done.then(() => {}, () => {}));
    return await done;
  }

  /** Waits until nothing is under way with a plugin. */
  async settled(id: number): Promise<void> {
    await this.#loading.get(id)?.done.catch(() => {});
    await this.#busy.get(id);
  }

  /** Unloads everything and waits until it is gone. */
  async close(): Promise<void> {
    for (const id of this.#registry.ids()) this.unload(id);
    for (const loading of this.#loading.values()) loading.cancelled = true;
    const ids = [...this.#loading.keys(), ...this.#busy.keys()];
    await Promise.all(ids.map((id) => this.settled(id)));
  }

  #start(ids: readonly number[]): Promise<LoadedPlugin>[] {
    const absent = ids.filter((id, at) =>
      ids.indexOf(id) === at && !this.#registry.has(id) &&
      !this.#loading.has(id)
    );
    const [occupied, fresh] = partition(absent, (id) => this.#busy.has(id));
    const assembled = new Map([
      ...this.#activateAfter(occupied),
      ...this.#assemble(fresh),
    ]);
    return ids.map((id) => {
      const loading = this.#loading.get(id);
      if (loading !== undefined) return loading.done;
      const one = assembled.get(id);
      if (one === undefined) return Promise.reject(alreadyLoaded(id));
      return this.#track(
        id,
        async (loading) =>
          await this.#publish(await this.#orFormer(id, one), loading),
      );
    });
  }

  #assemble(ids: readonly number[]): [number, Promise<AssembledPlugin>][] {
    return this.#assembly.activate(ids).map((one, at) => [ids[at]!, one]);
  }

  /** As {@linkcode #assemble}, once nothing is under way with any of them. */
  #activateAfter(
    ids: readonly number[],
  ): [number, Promise<AssembledPlugin>][] {
    if (ids.length === 0) return [];
    const begun = Promise.all(ids.map((id) => this.#busy.get(id)))
      .then(() => new Map(this.#assemble(ids)));
    return ids.map((id) => [id, begun.then((all) => all.get(id)!)]);
  }

  #track(
    id: number,
    work: (loading: Loading) => Promise<LoadedPlugin>,
  ): Promise<LoadedPlugin> {
    const loading = { cancelled: false } as Loading;
    loading.done = work(loading).finally(() => {
      if (this.#loading.get(id) === loading) this.#loading.delete(id);
    });
    this.#loading.set(id, loading);
    return loading.done;
  }

  async #orFormer(
    id: number,
    assembled: Promise<AssembledPlugin>,
  ): Promise<AssembledPlugin> {
    try {
      return await assembled;
    } catch (error) {
      if (!this.#options.takeBack(id, error)) throw error;
      return await this.#assembly.activate([id])[0]!;
    }
  }

  async #publish(
    assembled: AssembledPlugin,
    loading: Loading,
  ): Promise<LoadedPlugin> {
    const { record } = assembled;
    if (loading.cancelled) {
      await assembled.undo();
      throw new PluginError(
        "LOAD_FAILED",
        `Cannot load plugin "${record.name}": it was unloaded meanwhile`,
        { pluginId: record.id },
      );
    }
    this.replace(assembled);
    return record;
  }

  #dispose(record: LoadedPlugin, options: DisposeOptions): void {
    this.#occupy(
      record.id,
      record.runner.dispose(options)
        .catch((error) => this.#options.onDisposeError(record, error)),
    );
  }

  /** Keeps a plugin from being loaded until something is done. */
  #occupy(id: number, until: Promise<void>): void {
    const done = Promise.all([this.#busy.get(id), until]).then(() => {
      if (this.#busy.get(id) === done) this.#busy.delete(id);
    });
    this.#busy.set(id, done);
  }
}

function alreadyLoaded(id: number): PluginError {
  return new PluginError(
    "PLUGIN_ALREADY_LOADED",
    `Cannot load plugin ${id}: it is loaded already; unload it first, or call reloadPlugin(${id})`,
    { pluginId: id },
  );
}

function partition<T>(
  items: readonly T[],
  isFirst: (item: T) => boolean,
): [T[], T[]] {
  const groups = Map.groupBy(items, isFirst);
  return [groups.get(true) ?? [], groups.get(false) ?? []];
}

/** Counts promises that are not settled. */
class Pending {
  #count = 0;
  #limit = 0;
  #onFew: (() => void) | undefined;

  add(promise: Promise<unknown>): void {
    this.#count++;
    const settled = () => {
      if (--this.#count <= this.#limit) this.#onFew?.();
    };
    promise.then(settled, settled);
  }

  /** Waits until no more than so many are left. */
  atMost(limit: number): Promise<void> {
    if (this.#count <= limit) return Promise.resolve();
    this.#limit = limit;
    return new Promise((resolve) => this.#onFew = resolve);
  }
}
