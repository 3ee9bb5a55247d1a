/**
 * Gives a whole plugin its types.
 *
 * @module
 */
import type {
  CheckedPages,
  DefinedActions,
  DefinedEvents,
  NoRows,
  PagesShape,
  PluginAction,
  PluginActions,
  PluginConfig,
  PluginDefinition,
  PluginDraft,
  PluginRoute,
  PluginSchedule,
  RoutesShape,
  SettingsConfig,
  TableConfig,
  TablesShape,
  Untyped,
} from "../plugin/plugin.ts";
import type { NeededKeys } from "../sqlite/mod.ts";

/** The parts of a definition that name each other, and are checked so. */
export interface DefinedConfig<
  T,
  A,
  R extends RoutesShape,
  F,
  S extends SettingsConfig = SettingsConfig,
  X = TablesShape,
  C = unknown,
> extends
  Omit<
    PluginConfig<Untyped>,
    | "table"
    | "tables"
    | "actions"
    | "apiRoutes"
    | "schedules"
    | "settings"
    | "frontend"
  > {
  /** The plugin's table. */
  table?: TableConfig<T> & { columns: C };
  /** The actions that routes name. */
  actions?: DefinedActions<T, A, R, S, X, NeededKeys<C>>;
  /** Further tables, which are in `context.tables` under these names. */
  tables?: X & Readonly<Record<string, TableConfig<Untyped>>>;
  /** What an operator can set of it. */
  settings?: S;
  /** The routes by path or pattern, with or without the method in front. */
  apiRoutes?:
    & R
    & Readonly<Record<string, PluginRoute<keyof NoInfer<A> & string>>>;
  /** What is run again and again, by name. */
  schedules?: Record<string, PluginSchedule<keyof NoInfer<A> & string>>;
  /** The pages. */
  frontend?: F & CheckedPages<NoInfer<F>, R>;
}

/** A definition that is checked against itself. */
export interface DefinedParts<
  T,
  A,
  R extends RoutesShape,
  F,
  N,
  V,
  S extends SettingsConfig = SettingsConfig,
  X = TablesShape,
  C = unknown,
> extends
  Omit<
    PluginDraft<[T] extends [NoRows] ? Untyped : T>,
    "name" | "version" | "config" | "events"
  > {
  /** The unique name. */
  name?: N | string;
  /** The version, as in https://semver.org. */
  version?: V | string;
  /** Table, actions, routes and pages. */
  config?: DefinedConfig<T, A, R, F, S, X, C>;
  /** Hooks by event name, in either dialect. */
  events?: DefinedEvents<T, S, NeededKeys<C>>;
}

/** The rows of a definition, whatever they are where it declares none. */
export type RowsOf<T> = [T] extends [NoRows] ? Untyped : T;

/** The actions of a definition, as they are exported. */
export type ActionsOf<T, A> = A extends PluginActions<RowsOf<T>> ? A
  : { [K in keyof A]: PluginAction<RowsOf<T>> };

/**
 * A definition as it is exported: whole, where it has a name and a version. They
 * are not inferred beside explicit type arguments, and then taken for granted.
 */
export type DefinedPlugin<T, A, N, V> = [N, V] extends [never, never]
  ? [T] extends [NoRows] ? PluginDraft<Untyped, ActionsOf<T, A>>
  : PluginDefinition<T, ActionsOf<T, A>>
  : [N] extends [never] ? PluginDraft<RowsOf<T>, ActionsOf<T, A>>
  : [V] extends [never] ? PluginDraft<RowsOf<T>, ActionsOf<T, A>>
  : PluginDefinition<RowsOf<T>, ActionsOf<T, A>>;

/**
 * A plugin, for its module to export; what the manifest says as well need not be
 * there. Nothing is checked at run time; {@linkcode pluginBuilder} insists on all
 * metadata.
 *
 * Without type arguments everything is inferred, and the definition is checked
 * against itself: routes name actions that are there, pages call routes and name
 * actions and loaders that are there, hooks listen to events that are known or
 * have a colon in their names, actions get the parameters of their routes'
 * patterns, and a table only where one is declared.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The plugin's actions.
 * @typeParam R The plugin's routes, inferred.
 * @typeParam F The plugin's pages, inferred.
 * @typeParam N The plugin's name, inferred.
 * @typeParam V The plugin's version, inferred.
 * @typeParam S The plugin's settings, inferred.
 * @typeParam X The plugin's further tables, inferred.
 * @typeParam C The columns of the plugin's table, inferred.
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
  T = NoRows,
  A = PluginActions<RowsOf<T>>,
  const R extends RoutesShape = RoutesShape,
  const F extends PagesShape = PagesShape,
  N extends string = never,
  V extends string = never,
  const S extends SettingsConfig = SettingsConfig,
  X extends TablesShape = TablesShape,
  C = unknown,
>(
  definition: DefinedParts<T, A, R, F, N, V, S, X, C>,
): DefinedPlugin<T, A, N, V> {
  return definition as unknown as DefinedPlugin<T, A, N, V>;
}
