/**
 * Decides what becomes of a plugin that fails too often.
 *
 * @module
 */
import type { PluginLifecycle } from "../lifecycle/mod.ts";
import type { PluginRegistry } from "../execution/mod.ts";
import type { PluginRepository } from "../store/mod.ts";
import type { PluginDecisionMaker } from "./plugin_decisions.ts";
import { hasChanged } from "./store_sync.ts";
import type { VersionSwap } from "./version_swap.ts";

/** What a guard works with. */
export interface PluginGuardParts {
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** What loads and unloads. */
  readonly lifecycle: PluginLifecycle;
  /** What sets plugins aside. */
  readonly decisions: PluginDecisionMaker;
  /** What gives former versions their place back. */
  readonly swap: VersionSwap;
}

/** Sets failing plugins aside, or returns to the version before. */
export class PluginGuard {
  readonly #parts: PluginGuardParts;

  /**
   * @param parts What it works with.
   */
  constructor(parts: PluginGuardParts) {
    this.#parts = parts;
  }

  /**
   * Deals with a plugin that failed too often.
   *
   * @param id The plugin.
   * @param error Its last failure.
   */
  failedTooOften(id: number, error: unknown): void {
    const { repository, registry, decisions, swap } = this.#parts;
    const [running, stored] = [registry.get(id), repository.get(id)];
    // Whoever loads a version on trial asks for the former one by itself.
    if (running === undefined && swap.isOnTrial(id)) return;
    // Somebody else has replaced it already.
    const isOutdated = running && stored && hasChanged(running, stored);
    if (isOutdated || swap.takeBack(id, error)) this.#reload(id);
    else decisions.quarantine(id, error);
  }

  #reload(id: number): void {
    const { registry, lifecycle, decisions } = this.#parts;
    lifecycle.reload(id).catch((cause) => {
      if (registry.has(id)) decisions.quarantine(id, cause);
    });
  }
}
