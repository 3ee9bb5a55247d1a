/**
 * The one map from id to the record of a loaded plugin.
 *
 * @module
 */
import type { LoadedPlugin } from "./loaded_plugin.ts";

/** Told of a plugin's record that is published, or taken away. */
export type RegistryWatcher = (
  id: number,
  now: LoadedPlugin | undefined,
) => void;

/** The loaded plugins, in the order in which they were loaded. */
export class PluginRegistry {
  readonly #records = new Map<number, LoadedPlugin>();
  readonly #watchers: RegistryWatcher[] = [];
  /** Made when a name is asked for, and anew after every change. */
  #byName: ReadonlyMap<string, LoadedPlugin> | undefined;

  /** The number of loaded plugins. */
  get size(): number {
    return this.#records.size;
  }

  /** The record of a loaded plugin. */
  get(id: number): LoadedPlugin | undefined {
    return this.#records.get(id);
  }

  /**
   * The record of a loaded plugin by its name. What is stored under a number,
   * such as "01", since before they were refused as names, has its id.
   */
  named(name: string): LoadedPlugin | undefined {
    this.#byName ??= new Map(
      this.#records.values().filter((it) => !/^\d+$/.test(it.name))
        .map((it) => [it.name, it]),
    );
    return this.#byName.get(name);
  }

  /** Whether a plugin is loaded. */
  has(id: number): boolean {
    return this.#records.has(id);
  }

  /** Publishes a record, in the place of the one with the same id. */
  set(record: LoadedPlugin): void {
    this.#records.set(record.id, record);
    this.#byName = undefined;
    for (const watch of this.#watchers) watch(record.id, record);
  }

  /** Takes a record away, and returns it. */
  delete(id: number): LoadedPlugin | undefined {
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    this.#records.delete(id);
    this.#byName = undefined;
    for (const watch of this.#watchers) watch(id, undefined);
    return record;
  }

  /** Has something told of every record from now on. */
  watch(watcher: RegistryWatcher): void {
    this.#watchers.push(watcher);
  }

  /** The ids of the loaded plugins. */
  ids(): number[] {
    return [...this.#records.keys()];
  }

  /** The records of the loaded plugins. */
  [Symbol.iterator](): IterableIterator<LoadedPlugin> {
    return this.#records.values();
  }
}
