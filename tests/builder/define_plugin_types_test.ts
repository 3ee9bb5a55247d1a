import {
  column,
  createActions,
  definePlugin,
  type PluginDefinition,
} from "@dockstat/plugin-handler/builder";
import { assertEquals, assertStrictEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";

interface Note {
  id: number;
  text: string;
}

const META = { name: "notes", version: "1.0.0" };
const id = column.id();
const text = column.text();
const actions = createActions<Note>()({
  list: ({ table }) => table?.select(["*"]).all(),
});
type Actions = typeof actions;

Deno.test("definePlugin() returns what it is given", () => {
  const plugin = { ...META, config: { actions } };
  assertStrictEquals(definePlugin<Note, Actions>(plugin), plugin);
});

Deno.test("definePlugin() takes routes over its actions only", () => {
  definePlugin<Note, Actions>({
    ...META,
    config: {
      actions,
      apiRoutes: {
        "/notes": { method: "GET", actions: ["list"] },
        // @ts-expect-error: there is no such action
        "/lost": { method: "GET", actions: ["lost"] },
      },
    },
  });
});

Deno.test("definePlugin() takes a table that fits its rows only", () => {
  definePlugin<Note, Actions>({
    ...META,
    // @ts-expect-error: a column is missing
    config: { table: { name: "notes", columns: { id } } },
  });
  definePlugin<Note, Actions>({
    ...META,
    config: {
      // @ts-expect-error: the row has no such property
      table: { name: "notes", columns: { id, text, title: text } },
    },
  });
});

Deno.test("definePlugin() types its hooks", () => {
  definePlugin<Note, Actions>({
    ...META,
    events: {
      onContainerStart: (container, { table }) =>
        table?.insert({ text: container.name }),
      // @ts-expect-error: a container has no such property
      onContainerStop: (container) => container.title,
    },
    init: ({ table, plugin }) => table?.insert({ text: plugin.name }),
    // @ts-expect-error: a plugin has no such hook
    destroy: () => {},
  });
});

Deno.test("definePlugin() infers columns and names when no types are given", () => {
  const plugin = definePlugin({
    ...META,
    config: {
      apiRoutes: { "/notes": { method: "POST", actions: ["add", "list"] } },
      table: { name: "notes", columns: { id, text } },
      actions: {
        add: ({ table, body }) => table.insert({ text: body.text }),
        list: ({ table }) => table?.select(["id", "text"]).all(),
        // @ts-expect-error: there is no such column
        foreign: ({ table }) => table?.insert({ title: "x" }),
      },
    },
  });
  assertEquals(plugin.config?.apiRoutes?.["/notes"]?.method, "POST");
});

Deno.test("definePlugin() refuses an unknown name when no types are given", () => {
  definePlugin({
    ...META,
    config: {
      // @ts-expect-error: there is no such action
      apiRoutes: { "/notes": { method: "GET", actions: ["list", "lost"] } },
      actions: { list: () => [] },
    },
  });
});

Deno.test("definePlugin() knows whether the metadata is whole", () => {
  const explicit = definePlugin<Note, Actions>(META);
  assertType<IsExact<typeof explicit, PluginDefinition<Note, Actions>>>(true);
  const whole: PluginDefinition = definePlugin({ ...META, config: {} });
  assertEquals(whole.version, "1.0.0");
  const draft = definePlugin({ name: "notes" });
  assertType<IsExact<typeof draft.version, string | undefined>>(true);
  // @ts-expect-error: the version may be missing
  const missing: PluginDefinition = draft;
  assertStrictEquals<unknown>(missing, draft);
  // @ts-expect-error: a name is text
  definePlugin({ name: 5 });
});

Deno.test("PluginDefinition takes plugins of any rows", () => {
  const typed = definePlugin<Note, Actions>({ ...META, config: { actions } });
  const inferred = definePlugin({
    ...META,
    config: { table: { name: "notes", columns: { id, text } } },
  });
  const plugins: PluginDefinition[] = [typed, inferred];
  assertEquals(plugins.map(({ name }) => name), ["notes", "notes"]);
});
