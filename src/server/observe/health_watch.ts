/**
 * Tells when a plugin is doing better or worse than before.
 *
 * @module
 */
import type { HealthReport } from "../../execution/health/plugin_health.ts";
import type { EventHub } from "./event_hub.ts";

/** Compares how plugins are doing with how they were doing. */
export class HealthWatch {
  readonly #hub: EventHub;
  readonly #states: Map<number, HealthReport["state"]>;

  /**
   * Begins with what is known: only what changes from here on is told.
   *
   * @param reports How all plugins are doing, by id.
   */
  constructor(hub: EventHub, reports: Readonly<Record<number, HealthReport>>) {
    this.#hub = hub;
    this.#states = new Map(
      Object.entries(reports).map(([id, { state }]) => [Number(id), state]),
    );
  }

  /** Compares all plugins; what is not among them is gone. */
  compareAll(reports: Readonly<Record<number, HealthReport>>): void {
    for (const id of this.#states.keys()) {
      if (!(id in reports)) this.forget(id);
    }
    for (const [id, report] of Object.entries(reports)) {
      this.compare(Number(id), report);
    }
  }

  /** Compares one plugin. */
  compare(id: number, { name, state }: HealthReport): void {
    if (this.#states.get(id) === state) return;
    this.#states.set(id, state);
    this.#hub.publish({ type: "health", data: { id, name, state } });
  }

  /** A plugin is gone. */
  forget(id: number): void {
    this.#states.delete(id);
  }
}
