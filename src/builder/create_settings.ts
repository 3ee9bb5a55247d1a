/**
 * Gives settings their types.
 *
 * @module
 */
import type { SettingsConfig } from "../plugin/plugin.ts";

/**
 * What an operator can set of a plugin.
 *
 * @typeParam S The settings, inferred; `InferSettings` makes the type of their
 * values of it.
 * @param settings Declarations by name, or a Standard Schema of an object.
 * @returns The same.
 *
 * @example A limit, and a secret that the plugin waits for
 * ```ts
 * import { createSettings, type InferSettings } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = createSettings({
 *   limit: { type: "number", default: 10 },
 *   token: { type: "secret", label: "API token", required: true },
 * });
 *
 * const values: InferSettings<typeof settings> = { limit: 20, token: "s3cret" };
 * assertEquals(values.limit + 1, 21);
 * ```
 */
export function createSettings<const S extends SettingsConfig>(
  settings: S,
): S {
  return settings;
}
