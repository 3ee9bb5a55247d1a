/**
 * Gives a whole plugin its types.
 *
 * @module
 */
import type {
  PluginActions,
  PluginDefinition,
  PluginDraft,
  Untyped,
} from "../plugin/plugin.ts";

/**
 * A whole plugin, for its module to export. Nothing is checked at run time;
 * {@linkcode pluginBuilder} insists on all metadata.
 *
 * Without type arguments the columns of the table and the names of the actions
 * are inferred.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The plugin's actions.
 * @param definition The plugin.
 * @returns The same object.
 *
 * @example A plugin with a table, an action and a hook
 * ```ts
 * import { column, definePlugin } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const plugin = definePlugin({
 *   name: "notes",
 *   version: "1.0.0",
 *   config: {
 *     table: {
 *       name: "notes",
 *       columns: { id: column.id(), text: column.text() },
 *     },
 *     actions: {
 *       list: ({ table }) => table?.select(["id", "text"]).all() ?? [],
 *     },
 *     apiRoutes: { "/notes": { method: "GET", actions: ["list"] } },
 *   },
 *   events: {
 *     onContainerStart: (container, { table }) => {
 *       table?.insert({ text: `${container.name} started` });
 *     },
 *   },
 * });
 * assertEquals(plugin.config?.apiRoutes?.["/notes"]?.actions, ["list"]);
 * ```
 */
export function definePlugin<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
>(definition: PluginDefinition<T, A>): PluginDefinition<T, A>;
/**
 * A plugin of which the manifest says the rest, for its module to export.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The plugin's actions.
 * @param definition The plugin, without some of its metadata.
 * @returns The same object.
 *
 * @example A plugin whose version is in its manifest
 * ```ts
 * import { createActions, definePlugin } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const actions = createActions({ ping: () => "pong" });
 * const plugin = definePlugin({
 *   name: "ping",
 *   config: {
 *     actions,
 *     apiRoutes: { "/ping": { method: "GET", actions: ["ping"] } },
 *   },
 * });
 * assertEquals(plugin.version, undefined);
 * ```
 */
export function definePlugin<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
>(definition: PluginDraft<T, A>): PluginDraft<T, A>;
export function definePlugin(definition: PluginDraft): PluginDraft {
  return definition;
}
