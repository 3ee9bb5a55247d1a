/**
 * Decides what becomes of a plugin that fails too often.
 *
 * @module
 */
import type { PluginFailure } from "../../execution/mod.ts";
import type { PluginError } from "../../shared/errors.ts";
import { type CircuitBreaker, isStoreTrouble } from "./circuit_breaker.ts";
import { hasChanged } from "../store_sync.ts";
import type { VersionSwap } from "../install/version_swap.ts";
import type { ManagementServices } from "../management_services.ts";

/** What a guard works with. */
export interface PluginGuardParts
  extends Pick<ManagementServices, "repository" | "registry" | "lifecycle"> {
  /** What sets plugins aside. */
  readonly breaker: CircuitBreaker;
  /** What gives former versions their place back. */
  readonly swap: VersionSwap;
  /** Told that the database did not take what was decided. */
  readonly onTrouble: (error: PluginError) => void;
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
   * @param failure Its last failure.
   */
  failedTooOften(id: number, failure: PluginFailure): void {
    const { registry, breaker, swap } = this.#parts;
    this.#decide(() => {
      // Whoever loads a version on trial asks for the former one by itself.
      if (!registry.has(id) && swap.isOnTrial(id)) return;
      if (!this.#replaced(id, failure.error)) breaker.open(id, failure);
    });
  }

  /**
   * Deals with a plugin whose actions have done nothing but fail: an update gives
   * its place back, everything else stays in service.
   *
   * @param error Its last failure.
   */
  actionsFail(id: number, error: unknown): void {
    this.#decide(() => this.#replaced(id, error));
  }

  /** A plugin is loaded. One that was set aside has to hold now. */
  loaded(id: number): void {
    this.#decide(() => this.#parts.breaker.loaded(id));
  }

  /** Deals with a plugin that was set aside, and has held since. */
  recovered(id: number): void {
    this.#decide(() => this.#parts.breaker.recovered(id));
  }

  /**
   * The call that failed, or went well, ends as it did, whether the database
   * takes the decision or not; the next failure asks for it anew.
   */
  #decide(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!isStoreTrouble(error)) throw error;
      this.#parts.onTrouble(error);
    }
  }

  /** Whether another version takes its place. */
  #replaced(id: number, error: unknown): boolean {
    const { repository, registry, swap } = this.#parts;
    const [running, stored] = [registry.get(id), repository.get(id)];
    // Somebody else has replaced it already.
    const isOutdated = running && stored && hasChanged(running, stored);
    if (!isOutdated && !swap.takeBack(id, error)) return false;
    this.#reload(id);
    return true;
  }

  #reload(id: number): void {
    const { registry, lifecycle, breaker } = this.#parts;
    lifecycle.reload(id).catch((error) => {
      if (!registry.has(id)) return;
      this.#decide(() => breaker.open(id, { kind: "load", error }));
    });
  }
}
