/**
 * Gives the actions of a plugin their types.
 *
 * @module
 */
import type {
  ActionDefinition,
  Awaitable,
  FitsAnyTable,
  NoValidators,
  PluginActions,
  Untyped,
  ValidatedActionContext,
} from "../plugin/plugin.ts";
import type { QueryBuilder } from "../sqlite/mod.ts";

/**
 * What an action receives whose plugin declares a table with the rows `T`: the
 * table is there.
 *
 * @typeParam T The rows of the plugin's table.
 */
export interface TableActionContext<T>
  extends Omit<ValidatedActionContext<T, NoValidators>, "table"> {
  /** The plugin's table. */
  readonly table: QueryBuilder<T>;
}

/**
 * An action of a plugin that declares a table with the rows `T`.
 *
 * @typeParam T The rows of the plugin's table.
 */
export type TableAction<T> =
  | { call(context: TableActionContext<T>): Awaitable<unknown> }["call"]
  | ActionDefinition<T>;

/**
 * Takes the actions of a plugin whose rows are `T`, and knows their names. Who
 * names the rows declares a table, so that the actions need not ask for it.
 *
 * @typeParam T The rows of the plugin's table.
 */
export type ActionsFactory<T> = <A extends Record<string, TableAction<T>>>(
  actions: A,
) => A;

/**
 * The actions `A` as they are returned: where no row type is given, they fit
 * into a plugin with any table or none.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The actions.
 */
export type CreatedActions<T, A> = 0 extends T & 1
  ? { [K in keyof A]: A[K] & FitsAnyTable }
  : A;

/**
 * With a row type and no argument, returns a function that takes the actions.
 * TypeScript infers either all type arguments of a call or none, so a second
 * call is what lets it learn the names of the actions beside a given row type:
 * a route that names another action then does not compile.
 *
 * @typeParam T The rows of the plugin's table.
 * @returns A function that returns the actions that it is given.
 *
 * @example Typed rows and known names
 * ```ts
 * import { createActions, createRoute } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * interface Note {
 *   id: number;
 *   text: string;
 * }
 *
 * const actions = createActions<Note>()({
 *   list: ({ table }) => table.select(["*"]).all(),
 *   add: ({ table, body }) => table.insert({ text: body.text }),
 * });
 *
 * const route = createRoute<Note, typeof actions>({
 *   method: "GET",
 *   actions: ["list"], // "lost" would not compile
 * });
 * assertEquals(route.actions, ["list"]);
 * ```
 */
export function createActions<T>(): ActionsFactory<T>;
/**
 * The actions of a plugin, with the types of what they receive.
 *
 * Without a type argument the names of the actions are known, and the table,
 * the body and the result of the action before are untyped and taken for
 * granted. With a row type the table is typed; the names are then any string.
 * `createActions<T>()({…})` gives both.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The actions.
 * @param actions The actions by name: functions, or objects made with
 * {@linkcode createAction}.
 * @returns The same object.
 *
 * @example Typed rows
 * ```ts
 * import { createActions } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * interface Note {
 *   id: number;
 *   text: string;
 * }
 *
 * const actions = createActions<Note>({
 *   list: ({ table }) => table?.select(["*"]).all() ?? [],
 *   rename: ({ table, body }) =>
 *     table?.update({ text: body.text }).where("id", "=", body.id).run(),
 * });
 * assertEquals(Object.keys(actions), ["list", "rename"]);
 * ```
 *
 * @example A chain without types
 * ```ts
 * import { createActions } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const actions = createActions({
 *   parse: ({ body }) => ({ tags: body.split(",") }),
 *   store: ({ table, previousAction }) => table.insert(previousAction),
 * });
 * assertEquals(Object.keys(actions), ["parse", "store"]);
 * ```
 */
export function createActions<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
>(actions: A): CreatedActions<T, A>;
export function createActions(actions?: PluginActions): unknown {
  return actions ?? ((later: PluginActions) => later);
}
