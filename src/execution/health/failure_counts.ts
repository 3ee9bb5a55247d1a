/**
 * Counts what a plugin is set aside for. What an action does with a request is
 * not among it: no client takes a plugin away from the others.
 *
 * @module
 */
import type { FailureKind } from "./plugin_failure.ts";

/** Within which time crashes and late errors add up. */
const WINDOW_MS = 600_000;

/** The failures that count, of one plugin. */
export class FailureCounts {
  #loads = 0;
  /** Consecutive events that a hook failed. */
  #events = 0;
  /** When its process crashed, and when it failed outside of any call. */
  readonly #moments: Record<"crash" | "late", number[]> = {
    crash: [],
    late: [],
  };

  /**
   * Adds a failure.
   *
   * @returns How many there are now that count together.
   */
  add(kind: Exclude<FailureKind, "action">): number {
    if (kind === "load") return ++this.#loads;
    if (kind === "hook") return ++this.#events;
    const now = Date.now();
    const moments = this.#moments[kind].filter((at) => now - at < WINDOW_MS);
    moments.push(now);
    this.#moments[kind] = moments;
    return moments.length;
  }

  /** It loads. */
  loaded(): void {
    this.#loads = 0;
  }

  /** A hook is done with an event. */
  delivered(): void {
    this.#events = 0;
  }

  /** Counts anew. */
  reset(): void {
    this.#loads = 0;
    this.#events = 0;
    this.#moments.crash = [];
    this.#moments.late = [];
  }
}
