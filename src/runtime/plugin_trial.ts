/**
 * Another version of a plugin that is being tried before it takes the place of
 * the one that is stored.
 *
 * @module
 */
import type { StoredPluginCode } from "../store/handler_tables.ts";
import {
  type AssembledPlugin,
  type BuildModule,
  PluginBuild,
  type PluginBuildOptions,
} from "./plugin_build.ts";
import type { PluginHealth } from "./plugin_health.ts";

/** A version on trial. */
export class PluginTrial {
  /** How the new version is doing. */
  readonly health: PluginHealth;
  readonly #build: PluginBuild;
  readonly #module: BuildModule;

  /**
   * @param options What builds work with.
   * @param row The row as it would be stored.
   * @param parts The imported code, and where its calls are counted.
   */
  constructor(
    options: PluginBuildOptions,
    row: StoredPluginCode,
    parts: { readonly module: BuildModule; readonly health: PluginHealth },
  ) {
    const { module, health } = parts;
    this.#module = module;
    this.health = health;
    this.#build = new PluginBuild(options, row, {
      module: () => Promise.resolve(module),
      health,
    });
  }

  /**
   * Brings the plugin's table up to date, within the transaction that stores
   * the new row.
   */
  open(): void {
    this.#build.open(this.#module);
  }

  /** Runs `init()`, and gives the plugin that is ready to be published. */
  async activate(): Promise<AssembledPlugin> {
    await this.#build.runner.activate();
    return this.#build.assembled();
  }

  /** Lets go of the code, which somebody else loads; its table stays. */
  async release(): Promise<void> {
    this.#module.release();
    await this.#build.runner.dispose();
  }

  /** Takes back what the trial made. */
  async discard(): Promise<void> {
    this.#module.release();
    await this.#build.undo();
  }
}
