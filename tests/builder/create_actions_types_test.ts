import {
  type ActionDefinition,
  createActions,
  definePlugin,
  type PluginActions,
  type Untyped,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { assertType, type IsAny, type IsExact } from "@std/testing/types";

interface Note {
  id: number;
  text: string;
}

Deno.test("createActions() knows the names when no row type is given", () => {
  const actions = createActions({
    parse: ({ body }) => JSON.parse(body) as Note,
    save: ({ table, previousAction }) => table.insert(previousAction),
  });
  assertType<IsExact<keyof typeof actions, "parse" | "save">>(true);
  assertType<IsExact<ReturnType<typeof actions.parse>, Note>>(true);
  assertType<IsExact<ReturnType<typeof actions.save>["insertId"], number>>(
    true,
  );
});

Deno.test("createActions() takes everything for granted when no row type is given", () => {
  createActions({
    check: ({ table, body, previousAction, query, params }) => {
      assertType<IsAny<typeof body>>(true);
      assertType<IsAny<typeof previousAction>>(true);
      assertType<IsExact<typeof query, URLSearchParams>>(true);
      assertType<
        IsExact<typeof params, Readonly<Record<string, string>>>
      >(true);
      return table.select(["*"]).all();
    },
    // @ts-expect-error: a table has no such method
    typo: ({ table }) => table.selct(["*"]),
    // @ts-expect-error: a context has no such property
    unknown: ({ tabel }) => tabel,
  });
});

Deno.test("createActions() types the table when a row type is given", () => {
  const actions = createActions<Note>({
    read: ({ table }) => table?.select(["*"]).get()?.text,
    write: ({ table, body }) => table?.insert(body as Partial<Note>),
    // @ts-expect-error: the plugin may have no table
    unchecked: ({ table }) => table.select(["*"]),
    // @ts-expect-error: the row has no such column
    foreign: ({ table }) => table?.insert({ title: "x" }),
    // @ts-expect-error: the column holds text
    mistyped: ({ table }) => table?.insert({ text: 5 }),
  });
  assertType<IsExact<typeof actions, PluginActions<Note>>>(true);
});

Deno.test("createActions()() knows rows and names", () => {
  const actions = createActions<Note>()({
    first: ({ table }) => table?.select(["*"]).get() ?? null,
    slow: { timeoutMs: 5, handler: ({ table, body }) => table?.insert(body) },
    // @ts-expect-error: the row has no such column
    foreign: ({ table }) => table?.insert({ title: "x" }),
  });
  assertType<IsExact<keyof typeof actions, "first" | "slow" | "foreign">>(true);
  assertType<IsExact<ReturnType<typeof actions.first>, Note | null>>(true);
  assertEquals(actions.slow.timeoutMs, 5);
});

Deno.test("createActions() refuses what is not an action", () => {
  createActions({
    // @ts-expect-error: neither a function nor an object with a handler
    text: "list",
  });
  createActions({
    // @ts-expect-error: milliseconds are a number
    slow: { handler: () => 1, timeoutMs: "5s" },
  });
});

Deno.test("createActions() gives actions that fit plugins of any rows", () => {
  const untyped = createActions({ list: ({ table }) => table.all() });
  definePlugin<Note, typeof untyped>({ config: { actions: untyped } });

  interface Other {
    host: string;
    port: number;
  }
  const other = createActions<Other>()({ list: ({ table }) => table?.all() });
  // @ts-expect-error: made for the table of another plugin
  definePlugin<Note, typeof other>({ config: { actions: other } });
});

Deno.test("ActionDefinition leaves a context open when its schemas are unknown", () => {
  type Context = Parameters<ActionDefinition<Note>["handler"]>[0];
  assertType<IsExact<Context["body"], Untyped>>(true);
  assertType<IsAny<Context["query"]>>(true);
});
