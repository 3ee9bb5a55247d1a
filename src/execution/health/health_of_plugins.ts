/**
 * The health of every plugin by id. It is the one thing that outlives a
 * plugin's record: why a plugin is no longer loaded must still be told.
 *
 * @module
 */
import type { PluginIdentity } from "../../shared/plugin_identity.ts";
import { PluginHealth } from "./plugin_health.ts";
import type { PluginFailure } from "./plugin_failure.ts";

/** A failure, and what is known of the plugin. */
export interface NotedFailure extends PluginFailure {
  /** Which plugin it is, where it has been loaded or tried. */
  readonly plugin?: PluginIdentity;
  /** Whether it is the version that is in the plugin's place. */
  readonly inPlace: boolean;
}

/** Told what becomes of plugins. */
export interface HealthBookListener {
  /** How many failures that count are too many; 0 for no limit. */
  readonly limit: number;
  /** Something failed. */
  readonly failed: (pluginId: number, failure: NotedFailure) => void;
  /** Too much failed: the plugin is to be set aside. */
  readonly failedTooOften: (pluginId: number, failure: PluginFailure) => void;
  /** Every chain failed so far, as many times as the limit or a multiple. */
  readonly actionsFail: (pluginId: number, error: unknown) => void;
  /** The code is imported and `init()` is done. */
  readonly loaded: (pluginId: number) => void;
  /** A plugin that is tried again does what it failed to do. */
  readonly recovered: (pluginId: number) => void;
}

/** The health of all plugins. */
export class HealthBook {
  readonly #healths = new Map<number, PluginHealth>();
  readonly #listener: HealthBookListener;

  constructor(listener: HealthBookListener) {
    this.#listener = listener;
  }

  /** The health of a plugin, kept from the first call on. */
  of(pluginId: number): PluginHealth {
    let health = this.#healths.get(pluginId);
    if (health === undefined) {
      health = this.fresh(pluginId);
      this.#healths.set(pluginId, health);
    }
    return health;
  }

  /** A new health for a plugin, which is not in the book yet. */
  fresh(pluginId: number): PluginHealth {
    const { limit, failed, ...decisive } = this.#listener;
    // What a version does that is on trial, or on its way out, is not held
    // against the one in its place.
    const inPlace = <A extends unknown[]>(
      tell: (pluginId: number, ...rest: A) => void,
    ) =>
    (...rest: A) => {
      if (this.#healths.get(pluginId) === health) tell(pluginId, ...rest);
    };
    const health: PluginHealth = new PluginHealth({
      limit,
      failed: (failure, plugin) => {
        const inPlace = this.#healths.get(pluginId) === health;
        failed(pluginId, { ...failure, plugin, inPlace });
      },
      failedTooOften: inPlace(decisive.failedTooOften),
      actionsFail: inPlace(decisive.actionsFail),
      loaded: inPlace(decisive.loaded),
      recovered: inPlace(decisive.recovered),
    });
    return health;
  }

  /** Puts a health into the book: another version is in the plugin's place. */
  put(pluginId: number, health: PluginHealth): void {
    this.#healths.set(pluginId, health);
  }

  /** The health of a plugin, if anything is known of it. */
  peek(pluginId: number): PluginHealth | undefined {
    return this.#healths.get(pluginId);
  }

  /** Forgets a plugin: it was deleted, or starts afresh. */
  forget(pluginId: number): void {
    this.#healths.delete(pluginId);
  }
}
