/**
 * Gives schedules their types.
 *
 * @module
 */
import type {
  PluginActions,
  PluginSchedule,
  Untyped,
} from "../plugin/plugin.ts";

/**
 * The schedules of a plugin by name, which name only actions of the plugin.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The plugin's actions.
 * @typeParam K The names of the actions that the schedules may use.
 * @param schedules The schedules.
 * @returns The same object.
 *
 * @example An interval, and nights in Berlin
 * ```ts
 * import { createActions, createSchedules } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const actions = createActions({
 *   check: async ({ signal }) => (await fetch("https://example.com", { signal })).ok,
 *   prune: ({ table }) => table.where({ ok: true }).delete(),
 * });
 *
 * const schedules = createSchedules<{ ok: boolean }, typeof actions>({
 *   check: { every: "30s", actions: ["check"], runOnLoad: true },
 *   prune: { every: "0 3 * * *", timeZone: "Europe/Berlin", actions: ["prune"] },
 * });
 * assertEquals(schedules.check?.every, "30s");
 * ```
 */
export function createSchedules<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
  K extends keyof A & string = keyof A & string,
>(
  schedules: Record<string, PluginSchedule<K>>,
): Record<string, PluginSchedule<K>> {
  return schedules;
}
