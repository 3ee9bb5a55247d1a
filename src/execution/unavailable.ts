/**
 * Says why a plugin does not do what it is asked: the one place that words it,
 * for routes, events, pages and loading alike.
 *
 * @module
 */
import { PluginError, type PluginErrorOptions } from "../shared/errors.ts";
import type { StoredPlugin } from "../store/mod.ts";

/** Which plugin was asked for. */
export interface AskedPlugin {
  /** Its id or name, as it was asked for. */
  readonly key: number | string;
  /** What is stored under it. */
  readonly row:
    | Pick<StoredPlugin, "id" | "name" | "state" | "reason" | "retryAt">
    | undefined;
  /** What it was asked to do, as in "Cannot load plugin". @default "use" */
  readonly act?: string;
  /** Why the last attempt to load it failed, where it did. */
  readonly loadError?: string;
}

/**
 * The error for a plugin that is not there, or not in service.
 *
 * @param asked Which plugin, and what is known of it.
 * @returns `PLUGIN_NOT_FOUND`, `PLUGIN_DISABLED`, `PLUGIN_QUARANTINED`,
 * `LOAD_FAILED` or `PLUGIN_NOT_LOADED`.
 */
export function unavailable(asked: AskedPlugin): PluginError {
  const { key, row, act = "use", loadError } = asked;
  if (row === undefined) {
    const what = typeof key === "number" ? `plugin ${key}` : `plugin "${key}"`;
    return new PluginError(
      "PLUGIN_NOT_FOUND",
      `Cannot ${act} ${what}: no such plugin is stored; see getAll()`,
      typeof key === "number" ? { pluginId: key } : {},
    );
  }
  const { id, name } = row;
  const refuse = (
    code: PluginError["code"],
    state: string,
    options: PluginErrorOptions = {},
  ) =>
    new PluginError(code, `Cannot ${act} plugin "${name}": ${state}`, {
      ...options,
      pluginId: id,
    });
  const why = row.reason ? ` (${row.reason})` : "";
  if (row.state === "disabled") {
    const state = `it is disabled${why}; call enablePlugin(${id}) first`;
    return refuse("PLUGIN_DISABLED", state);
  }
  if (row.state === "quarantined") {
    const retryAfterMs = Math.max(0, (row.retryAt ?? Date.now()) - Date.now());
    const state = `it is quarantined${why} and tried again in ${
      Math.ceil(retryAfterMs / 1000)
    } s; call enablePlugin(${id}) to end that`;
    return refuse("PLUGIN_QUARANTINED", state, { retryAfterMs });
  }
  return loadError === undefined
    ? refuse(
      "PLUGIN_NOT_LOADED",
      `it is installed, and not loaded; call loadPlugin(${id}) first`,
    )
    : refuse("LOAD_FAILED", `it did not load: ${loadError}`);
}
