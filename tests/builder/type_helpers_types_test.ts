import type { PluginHandler } from "@dockstat/plugin-handler";
import {
  type ActionNames,
  type BuiltPlugin,
  column,
  createActions,
  createFrontendConfig,
  createFrontendRoute,
  definePlugin,
  type ExecutionContext,
  type InferTableSchema,
  pluginBuilder,
  type PluginDefinition,
  type PluginFrontendRoutes,
  type ResolvedAction,
  type ResolvedFrontendRoute,
  type ResolvedLoader,
  type ValidateRouteActions,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";

interface Note {
  id: number;
  text: string;
}

/** What authors describe their widgets with: no index signature. */
interface Widget {
  type: string;
  children?: Widget[];
}

const actions = createActions<Note>()({ list: () => 1, add: () => 2 });
type Actions = typeof actions;

Deno.test("the original's type helpers are there", () => {
  assertType<IsExact<ActionNames<Actions>, "list" | "add">>(true);
  assertType<
    IsExact<ValidateRouteActions<Note, Actions, ["list"]>, ["list"]>
  >(true);
  // @ts-expect-error: there is no such action
  type _Lost = ValidateRouteActions<Note, Actions, ["lost"]>;
  assertType<
    IsExact<BuiltPlugin<Note, Actions>, PluginDefinition<Note, Actions>>
  >(true);
  const columns = {
    id: { type: "INTEGER" },
    name: { type: "TEXT" },
    size: { type: "REAL" },
    data: { type: "JSON" },
    bytes: { type: "BLOB" },
  } as const;
  assertType<
    IsExact<InferTableSchema<typeof columns>, {
      readonly id: number;
      readonly name: string;
      readonly size: number;
      readonly data: unknown;
      readonly bytes: Uint8Array;
    }>
  >(true);
});

Deno.test("the original's names for resolved pages are those that a handler answers with", () => {
  type Answer<M extends keyof PluginHandler> = PluginHandler[M] extends
    (...given: never) => infer R ? R : never;
  assertType<IsExact<Answer<"getRouteLoaders">, ResolvedLoader[]>>(true);
  assertType<IsExact<Answer<"getRouteActions">, ResolvedAction[]>>(true);
  assertType<
    IsExact<Answer<"getFrontendRoute">, ResolvedFrontendRoute | null>
  >(true);
  assertType<
    IsExact<Answer<"getFrontendRoutesByPlugin">, PluginFrontendRoutes[]>
  >(true);
  const context: ExecutionContext = { pluginId: 1, state: {}, payload: 1 };
  assertEquals(context.pluginId, 1);
});

Deno.test("a template and a state may be interfaces", () => {
  const template: Widget = { type: "container", children: [{ type: "text" }] };
  const state: Note = { id: 1, text: "a" };
  const fragment: Widget = { type: "box" };
  const config = createFrontendConfig({
    routes: [createFrontendRoute({ path: "/", template })],
    sharedFragments: [fragment],
    globalState: { initial: state },
  });
  assertEquals(config.routes?.[0]?.template, template);
});

Deno.test("the table of a hook, of init and of cleanup is there where the plugin declares one", () => {
  definePlugin({
    name: "p",
    version: "1.0.0",
    config: {
      table: { name: "p_rows", columns: { id: column.id() } },
      actions: {},
    },
    init: ({ table }) => table.count(),
    cleanup: ({ table }) => table.count(),
    events: { onContainerStart: (_, { table }) => table.count() },
  });
  pluginBuilder<Note>().events({
    onContainerStart: (_container, { table }) => table.insert({ text: "a" }),
  }).init(({ table }) => table.count());
});

Deno.test("what getStatus() lists can be changed by its caller", () => {
  type Status = ReturnType<PluginHandler["getStatus"]>;
  const sort = (status: Status) => {
    status.repos.sort();
    status.loaded_plugins.push();
    status.installed_plugins.data.reverse();
    status.warnings.length = 0;
    return status.orphans.splice(0);
  };
  assertEquals(typeof sort, "function");
});
