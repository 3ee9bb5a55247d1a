/**
 * Reads what was kept of a plugin's contributions. It is a cache in a file that
 * others can write: what is not whole is as good as nothing.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";

/**
 * Reads kept contributions.
 *
 * @returns The contributions, or `undefined` where they are none.
 */
export function readKeptContributions(
  text: string,
): PluginContributions | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isWhole(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isWhole(value: unknown): value is PluginContributions {
  if (!isRecord(value)) return false;
  const { meta, routes, actions, events, warnings } = value;
  const { activation, table, tables, frontend, schedules, settings } = value;
  return isRecord(meta) && isArrayOf(routes, isRoute) &&
    [actions, events, warnings].every((list) => isArrayOf(list, isString)) &&
    (activation === "lazy" || activation === "startup") &&
    (table === undefined || isTable(table)) &&
    (tables === undefined ||
      isRecord(tables) && Object.values(tables).every(isTable)) &&
    (frontend === undefined || isRecord(frontend)) &&
    (schedules === undefined || isArrayOf(schedules, isSchedule)) &&
    (settings === undefined || isSettings(settings));
}

function isRoute(value: unknown): boolean {
  return isRecord(value) && isString(value.path) && isString(value.key) &&
    isArrayOf(value.methods, isString) && isArrayOf(value.actions, isString);
}

function isSchedule(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { name, every, intervalMs, actions } = value;
  return isString(name) && isString(every) && isArrayOf(actions, isString) &&
    (intervalMs === undefined ||
      typeof intervalMs === "number" && intervalMs >= 1_000);
}

function isSettings(value: unknown): boolean {
  return isRecord(value) && isArrayOf(value.fields, isSetting);
}

function isSetting(value: unknown): boolean {
  return isRecord(value) && isString(value.name) && isString(value.type) &&
    isString(value.label) && typeof value.required === "boolean";
}

function isTable(value: unknown): boolean {
  return isRecord(value) && isString(value.name) && isRecord(value.columns);
}

function isArrayOf(
  value: unknown,
  holds: (item: unknown) => boolean,
): boolean {
  return Array.isArray(value) && value.every(holds);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
