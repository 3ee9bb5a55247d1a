/**
 * Another version of a plugin that is being tried before it takes the place of
 * the one that is stored.
 *
 * @module
 */
import type { ImportedPlugin } from "../loader/mod.ts";
import type { PluginContributions } from "../plugin/contributions.ts";
import type { LoadedPlugin } from "../execution/loaded_plugin.ts";
import type { PluginHealth } from "../execution/health/plugin_health.ts";
import type { PluginInstance } from "./plugin_instance.ts";

/** The code of a version on trial. */
export interface TrialCode {
  /** `sha256-<base64>` of it. */
  readonly digest: string;
  /** What it contributes. */
  readonly contributions: PluginContributions;
  /** The code itself, where it runs in this process. */
  readonly imported?: ImportedPlugin;
}

/** A version on trial. */
export class PluginTrial {
  readonly #instance: PluginInstance;
  readonly #code: TrialCode;

  /** @param instance What would take the place of the stored version. */
  constructor(instance: PluginInstance, code: TrialCode) {
    this.#instance = instance;
    this.#code = code;
  }

  /** How the new version is doing. */
  get health(): PluginHealth {
    return this.#instance.health;
  }

  /**
   * Brings the plugin's table up to date, within the transaction that stores
   * the new row.
   */
  open(): void {
    this.#instance.open(this.#code.contributions, this.#code.imported);
  }

  /** Runs `init()`, and gives the plugin that is ready to be published. */
  activate(): Promise<LoadedPlugin> {
    return this.#instance.activate();
  }

  /** Ends the trial of a plugin that is not loaded; its table stays. */
  async end(): Promise<TrialCode> {
    await this.#instance.end();
    return this.#code;
  }

  /** Takes back what the trial made. */
  async discard(): Promise<void> {
    this.#code.imported?.release();
    await this.#instance.undo();
  }
}
