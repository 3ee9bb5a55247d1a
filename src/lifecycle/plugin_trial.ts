/**
 * Another version of a plugin that is being tried before it takes the place of
 * the one that is stored.
 *
 * @module
 */
import type { StoredPluginCode } from "../store/mod.ts";
import {
  type AssembledPlugin,
  type BuildModule,
  type KnownCode,
  PluginBuild,
  type PluginBuildOptions,
} from "./plugin_build.ts";
import type { PluginHealth } from "../execution/plugin_health.ts";
import type { Isolation } from "../execution/plugin_runner.ts";

/** A version on trial. */
export class PluginTrial {
  /** How the new version is doing. */
  readonly health: PluginHealth;
  readonly #build: PluginBuild;
  readonly #code: KnownCode & Partial<BuildModule>;

  /**
   * @param options What builds work with.
   * @param row The row as it would be stored.
   * @param parts The code, and where its calls are counted.
   */
  constructor(
    options: PluginBuildOptions,
    row: StoredPluginCode,
    parts: {
      readonly code: KnownCode & Partial<BuildModule>;
      readonly health: PluginHealth;
      readonly isolation: Isolation;
    },
  ) {
    const { code, health, isolation } = parts;
    this.#code = code;
    this.health = health;
    this.#build = new PluginBuild(options, row, {
      // Only a plugin that runs in this process asks for its module.
      module: () => Promise.resolve(code as BuildModule),
      health,
      isolation,
    });
  }

  /**
   * Brings the plugin's table up to date, within the transaction that stores
   * the new row.
   */
  open(): void {
    this.#build.open(this.#code);
  }

  /** Runs `init()`, and gives the plugin that is ready to be published. */
  async activate(): Promise<AssembledPlugin> {
    await this.#build.runner.activate();
    return this.#build.assembled();
  }

  /**
   * Ends the trial of a plugin that is not loaded; its table stays.
   *
   * @returns The code, where it was imported into this process.
   */
  async end(): Promise<BuildModule | undefined> {
    await this.#build.end();
    return isImported(this.#code) ? this.#code : undefined;
  }

  /** Takes back what the trial made. */
  async discard(): Promise<void> {
    this.#code.release?.();
    await this.#build.undo();
  }
}

function isImported(
  code: KnownCode & Partial<BuildModule>,
): code is BuildModule {
  return code.release !== undefined;
}
