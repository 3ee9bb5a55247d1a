/**
 * The health of every plugin by id. It is the one thing that outlives a
 * plugin's record: why a plugin is no longer loaded must still be told.
 *
 * @module
 */
import { PluginHealth } from "./plugin_health.ts";

/** The health of all plugins. */
export class HealthBook {
  readonly #healths = new Map<number, PluginHealth>();
  readonly #limit: number;
  readonly #onLimit: (pluginId: number, error: unknown) => void;

  /**
   * @param limit How many failures in a row are too many; 0 for no limit.
   * @param onLimit Called when a plugin reaches it.
   */
  constructor(
    limit: number,
    onLimit: (pluginId: number, error: unknown) => void,
  ) {
    this.#limit = limit;
    this.#onLimit = onLimit;
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
    const health: PluginHealth = new PluginHealth(this.#limit, (error) => {
      // What a version does that is on trial, or on its way out, is not held
      // against the one in its place.
      if (this.#healths.get(pluginId) === health) {
        this.#onLimit(pluginId, error);
      }
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
