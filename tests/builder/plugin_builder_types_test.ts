import {
  column,
  createActions,
  type PluginBuilder,
  pluginBuilder,
  type PluginDefinition,
} from "@dockstat/plugin-handler/builder";
import { assertEquals, assertStrictEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";

interface Note {
  id: number;
  text: string;
}

const actions = createActions<Note>()({
  list: ({ table }) => table?.select(["*"]).all(),
});
type Actions = typeof actions;

Deno.test("pluginBuilder() infers the names of the actions for its routes", () => {
  const builder = pluginBuilder<Note>()
    .actions({ add: ({ table, body }) => table?.insert({ text: body.text }) })
    .apiRoutes({
      "/add": { method: "POST", actions: ["add"] },
      // @ts-expect-error: there is no such action
      "/lost": { method: "POST", actions: ["lost"] },
    });
  type Built = typeof builder extends PluginBuilder<Note, infer A> ? keyof A
    : never;
  assertType<IsExact<Built, "add">>(true);
});

Deno.test("pluginBuilder() takes the names from its types before any action", () => {
  const builder = pluginBuilder<Note, Actions>()
    .apiRoutes({
      "/list": { method: "GET", actions: ["list"] },
      // @ts-expect-error: there is no such action
      "/lost": { method: "GET", actions: ["lost"] },
    })
    .actions(actions);
  assertType<IsExact<typeof builder, PluginBuilder<Note, Actions>>>(true);
});

Deno.test("pluginBuilder() checks a table and hooks by its row type", () => {
  pluginBuilder<Note>()
    // @ts-expect-error: a column is missing
    .table({ name: "notes", columns: { id: column.id() } })
    .events({
      onContainerStart: (container) => container.name,
      // @ts-expect-error: a container has no such property
      onContainerStop: (container) => container.title,
    })
    .init(({ table }) => table?.select(["*"]).get()?.text)
    // @ts-expect-error: the row has no such column
    .cleanup(({ table }) => table?.insert({ title: "x" }));
});

Deno.test("config() infers the names of the actions that it is given", () => {
  const plugin = pluginBuilder<Note>()
    .config({ actions: { list: () => [] } })
    .apiRoutes({
      "/list": { method: "GET", actions: ["list"] },
      // @ts-expect-error: there is no such action
      "/lost": { method: "GET", actions: ["lost"] },
    });
  assertEquals(typeof plugin.build, "function");
});

Deno.test("config() keeps the actions that are known already", () => {
  pluginBuilder<Note>().actions(actions).config({
    apiRoutes: { "/list": { method: "GET", actions: ["list"] } },
    table: {
      name: "notes",
      columns: { id: column.id(), text: column.text() },
    },
  });
  pluginBuilder<Note>().actions(actions).config({
    // @ts-expect-error: there is no such action
    apiRoutes: { "/lost": { method: "GET", actions: ["lost"] } },
  });
});

Deno.test("pluginBuilder() takes everything for granted when no row type is given", () => {
  const builder = pluginBuilder();
  const same = builder
    .table({ name: "notes", columns: { id: column.id() } })
    .actions({ add: ({ table, body }) => table.insert(body) });
  assertStrictEquals<unknown>(same, builder);
});

Deno.test("build() gives a definition of the builder's types", () => {
  type Built = ReturnType<PluginBuilder<Note, Actions>["build"]>;
  assertType<IsExact<Built, PluginDefinition<Note, Actions>>>(true);
});
