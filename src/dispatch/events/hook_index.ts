/**
 * Which hooks hear of which event. What is loaded is looked at when somebody
 * asks, and once: a start with thousands of plugins need not look at any.
 *
 * @module
 */
import type { LoadedPlugin, PluginRegistry } from "../../execution/mod.ts";
import { PluginError } from "../../shared/errors.ts";
import type { HookLane } from "./hook_queue.ts";

/** How many plugins are looked at before others get their turn. */
const SLICE = 8;

/** What could not be looked at, since the database did not answer. */
export interface Unread {
  /** The plugins; they are looked at again when somebody asks next. */
  readonly ids: readonly number[];
  /** Why. */
  readonly error: PluginError;
}

/** A plugin, and what calls its hooks. */
type Indexed = readonly [plugin: LoadedPlugin, lanes: readonly HookLane[]];

/** The hooks of the loaded plugins. */
export class HookIndex {
  readonly #registry: PluginRegistry;
  readonly #open: (plugin: LoadedPlugin) => readonly HookLane[];
  readonly #plugins = new Map<number, Indexed>();
  readonly #events = new Map<string, EventLanes>();
  /** What was loaded, and not looked at since. */
  readonly #waiting: Set<number>;
  #error: PluginError | undefined;

  /**
   * @param open Makes what calls the hooks of a plugin. Where it throws, the
   * plugin is looked at again when somebody asks next.
   */
  constructor(
    registry: PluginRegistry,
    open: (plugin: LoadedPlugin) => readonly HookLane[],
  ) {
    this.#registry = registry;
    this.#open = open;
    this.#waiting = new Set(registry.ids());
    registry.watch((id, now) => {
      if (now === undefined) this.#remove(id);
      else this.#waiting.add(id);
    });
  }

  /** Whether so many plugins wait that to look at them all takes its time. */
  get isBehind(): boolean {
    return this.#waiting.size > SLICE;
  }

  /** What the last look did not reach; undefined where it reached all. */
  get unread(): Unread | undefined {
    return this.#waiting.size > 0 && this.#error !== undefined
      ? { ids: [...this.#waiting], error: this.#error }
      : undefined;
  }

  /**
   * What calls the hooks of an event, in the order of their loads; without those
   * of what is {@linkcode HookIndex.unread}.
   */
  lanes(event: string): readonly HookLane[] {
    this.#catchUp(Infinity);
    return this.#events.get(event)?.list(this.#registry) ?? [];
  }

  /**
   * What calls the hook of one plugin; undefined where it has none.
   *
   * @throws {PluginError} Why it could not be looked at.
   */
  lane(pluginId: number, event: string): HookLane | undefined {
    this.#catchUp(Infinity);
    if (this.#waiting.has(pluginId)) throw this.#error;
    const [, lanes = []] = this.#plugins.get(pluginId) ?? [];
    return lanes.find((lane) => lane.event === event);
  }

  /**
   * All plugins, and what calls their hooks.
   *
   * @throws {PluginError} `STORE_FAILED` where the database is busy.
   */
  all(): Iterable<Indexed> {
    this.#catchUp(Infinity);
    const error = this.unread?.error;
    if (error !== undefined && isBusy(error)) throw error;
    return this.#plugins.values();
  }

  /** Looks at what waits a few at a time, so that nothing else has to wait. */
  async catchUp(): Promise<void> {
    while (this.isBehind) {
      // Whoever is being answered comes first.
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#catchUp(SLICE);
      if (this.#error !== undefined) return;
    }
  }

  /** A database that is busy is asked once: each question may take seconds. */
  #catchUp(most: number): void {
    if (this.#waiting.size === 0) return;
    this.#error = undefined;
    let left = most;
    for (const id of this.#waiting) {
      if (left-- === 0) return;
      const plugin = this.#registry.get(id);
      try {
        if (plugin !== undefined) this.#add(plugin);
        this.#waiting.delete(id);
      } catch (error) {
        if (!(error instanceof PluginError)) throw error;
        this.#error = error;
        if (isBusy(error)) return;
      }
    }
  }

  /** Lanes of what is there already are kept, since events may wait in them. */
  #add(plugin: LoadedPlugin): void {
    const { id } = plugin;
    const [before, old = []] = this.#plugins.get(id) ?? [];
    if (before === plugin) return;
    const lanes = this.#open(plugin);
    this.#plugins.set(id, [plugin, lanes]);
    const events = new Set(lanes.map(({ event }) => event));
    for (const { event } of old) {
      if (!events.has(event)) this.#events.get(event)?.delete(id);
    }
    for (const lane of lanes) {
      let others = this.#events.get(lane.event);
      if (others === undefined) {
        this.#events.set(lane.event, others = new EventLanes());
      }
      // What replaces another keeps its place among all, if not among these.
      others.set(id, lane, { isLast: before === undefined });
    }
  }

  #remove(id: number): void {
    this.#waiting.delete(id);
    const [, lanes = []] = this.#plugins.get(id) ?? [];
    this.#plugins.delete(id);
    for (const { event } of lanes) this.#events.get(event)?.delete(id);
  }
}

/** Whether it is the whole database that does not answer, and may later. */
function isBusy({ code, status }: PluginError): boolean {
  return code === "STORE_FAILED" && status === 503;
}

/** The hooks of one event. */
class EventLanes {
  readonly #byId = new Map<number, HookLane>();
  /** Whether the order is that of the loads. */
  #isInOrder = true;
  /** Made when it is asked for: events are many, and loads are few. */
  #list: readonly HookLane[] | undefined;

  set(id: number, lane: HookLane, { isLast }: { isLast: boolean }): void {
    if (!isLast && !this.#byId.has(id)) this.#isInOrder = false;
    this.#byId.set(id, lane);
    this.#list = undefined;
  }

  delete(id: number): void {
    if (this.#byId.delete(id)) this.#list = undefined;
  }

  list(registry: PluginRegistry): readonly HookLane[] {
    if (!this.#isInOrder) this.#putInOrder(registry);
    return this.#list ??= [...this.#byId.values()];
  }

  #putInOrder(registry: PluginRegistry): void {
    for (const id of registry.ids()) {
      const lane = this.#byId.get(id);
      if (lane === undefined) continue;
      this.#byId.delete(id);
      this.#byId.set(id, lane);
    }
    this.#isInOrder = true;
  }
}
