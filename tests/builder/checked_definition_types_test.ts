/**
 * What does not compile inside one inline definition. Each mistake stands
 * between lines that do compile, with the message that TypeScript shows.
 */
import {
  column,
  createActions,
  definePlugin,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";

const META = { name: "checks", version: "1.0.0" };
const columns = { id: column.id(), url: column.text({ notNull: true }) };

Deno.test("definePlugin() refuses an action that a route or a schedule names and nobody defines", () => {
  definePlugin({
    ...META,
    config: {
      actions: { list: () => [], add: () => null },
      // @ts-expect-error: Type '"lst"' is not assignable to type '"list" | "add"'. Did you mean '"list"'?
      apiRoutes: {
        "GET /checks": { actions: ["list"] },
        "POST /checks": { actions: ["lst"] },
      },
      schedules: {
        // @ts-expect-error: Type '"chekc"' is not assignable to type '"list" | "add"'
        every: { every: "5m", actions: ["chekc"] },
      },
    },
  });
});

Deno.test("definePlugin() refuses a misspelt event, and leaves others open", () => {
  definePlugin({
    ...META,
    events: {
      onContainerStart: (container) => container.name,
      onContainerDestroy: (container) => container.name,
      "container:killed": () => {},
      "custom:done": ({ bytes }) => bytes,
      // @ts-expect-error: 'onContainerStrat' does not exist … Did you mean to write 'onContainerStart'?
      onContainerStrat: () => {},
    },
  });
});

Deno.test("definePlugin() refuses a column that is not declared, in actions, hooks and init", () => {
  definePlugin({
    ...META,
    config: {
      table: { name: "checks", columns },
      actions: {
        add: ({ table }) => table?.insert({ url: "a" }),
        // @ts-expect-error: 'ulr' does not exist in type 'Partial<…>'
        lost: ({ table }) => table?.insert({ ulr: "a" }),
      },
    },
    events: {
      onContainerStart: (container, { table }) => {
        table.insert({ url: container.name });
        // @ts-expect-error: 'ulr' does not exist in type 'Partial<…>'
        table.insert({ ulr: container.name });
      },
    },
  });
});

Deno.test("definePlugin() refuses a table where none is declared", () => {
  definePlugin({
    ...META,
    config: {
      actions: {
        // @ts-expect-error: Property 'select' does not exist on type 'NoTableDeclared'
        list: ({ table }) => table?.select(["*"]).all(),
      },
    },
    events: {
      // @ts-expect-error: Property 'insert' does not exist on type 'NoTableDeclared'
      onServerBoot: (_, { table }) => table?.insert({}),
    },
  });
});

Deno.test("definePlugin() types the parameters of an action by the routes that name it", () => {
  definePlugin({
    ...META,
    config: {
      actions: {
        find: ({ params }) => {
          assertType<IsExact<typeof params.id, string>>(true);
          // @ts-expect-error: Property 'idd' does not exist
          return params.idd;
        },
        file: ({ params }) => params["*"].length + params.disk.length,
        page: ({ params }) => params.number?.length,
        both: ({ params }) => {
          assertType<IsExact<typeof params.id, string>>(true);
          assertType<IsExact<typeof params.part, string | undefined>>(true);
          return params.part;
        },
        free: ({ params }) => params.anything,
      },
      apiRoutes: {
        "GET /checks/:id": { actions: ["find", "both"] },
        "/checks/:id/:part": { method: ["GET", "PUT"], actions: ["both"] },
        "GET /files/:disk/*": { actions: ["file"] },
        "GET /pages/:number?": { actions: ["page"] },
      },
    },
  });
});

Deno.test("definePlugin() refuses pages that call or name what is not there", () => {
  const plugin = definePlugin({
    ...META,
    config: {
      actions: { list: () => [] },
      apiRoutes: {
        "GET /checks": { actions: ["list"] },
        "DELETE /checks/:id": { actions: ["list"] },
      },
      frontend: {
        globalActions: [{ id: "home", type: "navigate", path: "/" }],
        routes: [{
          path: "/",
          template: {
            type: "container",
            children: [
              { type: "button", props: { text: "A", action: "refresh" } },
              { type: "button", props: { text: "B", action: "home" } },
              { type: "sparkline", props: { action: "whatever" } },
              // @ts-expect-error: Type '"refrsh"' is not assignable to type '"refrsh" & NotAmong<"home" | …>'
              { type: "button", props: { text: "C", action: "refrsh" } },
              // @ts-expect-error: Type '"sucess"' is not assignable to type '"sucess" & NotAmong<"success" | …>'
              { type: "badge", props: { text: "D", variant: "sucess" } },
            ],
          },
          loaders: [
            { id: "checks", apiRoute: "/checks" },
            { id: "one", apiRoute: "/checks/5?full=1" },
            // @ts-expect-error: Type '"/chekcs"' is not assignable to type '"/chekcs" & NotAmong<"/checks" | …>'
            { id: "lost", apiRoute: "/chekcs" },
          ],
          actions: [
            { id: "refresh", type: "reload", loaderIds: ["checks"] },
            // @ts-expect-error: Type '"check"' is not assignable to type '"check" & NotAmong<"checks" | …>'
            { id: "again", type: "reload", loaderIds: ["check"] },
            {
              id: "drop",
              type: "api",
              apiRoute: "/checks/5",
              method: "DELETE",
              onSuccess: { triggerAction: "refresh" },
              // @ts-expect-error: Type '"hom"' is not assignable to type '"hom" & NotAmong<"home" | …>'
              onError: { triggerAction: "hom" },
            },
          ],
        }],
      },
    },
  });
  assertEquals(plugin.config?.frontend?.routes?.length, 1);
});

Deno.test("definePlugin() takes parts that were made elsewhere as they are", () => {
  const actions = createActions({
    list: ({ table }) => table.select(["*"]).all(),
  });
  const events: Record<string, () => void> = { anything: () => {} };
  const loader = { id: String("checks"), apiRoute: String("/checks") };
  const plugin = definePlugin({
    ...META,
    config: {
      actions,
      apiRoutes: { "GET /checks": { actions: ["list"] } },
      frontend: {
        routes: [{ path: "/", template: "widgets: []" }],
      },
    },
    events,
  });
  assertEquals([plugin.name, loader.id], ["checks", "checks"]);
});

Deno.test("definePlugin() takes actions that were made elsewhere for routes with parameters", () => {
  const apiRoutes = {
    "/checks/:name": { method: "GET", actions: ["find"] },
  } as const;
  const find = createActions({ find: ({ params }) => params.name });
  const plugin = definePlugin({
    ...META,
    config: { actions: find, apiRoutes },
  });
  definePlugin({
    ...META,
    config: { table: { name: "checks", columns }, actions: find, apiRoutes },
  });
  const other = createActions<{ port: number }>()({
    find: ({ table }) => table?.insert({ port: 1 }),
  });
  definePlugin({
    ...META,
    config: {
      table: { name: "checks", columns },
      // @ts-expect-error: made for the table of another plugin
      actions: other,
      apiRoutes,
    },
  });
  assertEquals(plugin.config?.actions, find);
});

Deno.test("definePlugin() types settings by their declarations", () => {
  definePlugin({
    ...META,
    config: {
      settings: {
        limit: { type: "number", default: 5 },
        level: { type: "enum", options: ["low", "high"], required: true },
        token: { type: "secret" },
      },
      actions: {
        read: ({ settings }) => {
          assertType<IsExact<typeof settings.limit, number>>(true);
          assertType<IsExact<typeof settings.level, "low" | "high">>(true);
          assertType<IsExact<typeof settings.token, string | undefined>>(true);
          // @ts-expect-error: Property 'limt' does not exist … Did you mean 'limit'?
          return settings.limt;
        },
      },
    },
    events: {
      // @ts-expect-error: Property 'levl' does not exist … Did you mean 'level'?
      onServerBoot: (_, { settings }) => settings?.levl,
    },
  });
});

Deno.test("definePlugin() refuses a new row without a column that must have a value", () => {
  definePlugin({
    ...META,
    config: {
      table: {
        name: "checks",
        columns: {
          id: column.id(),
          url: column.text({ notNull: true }),
          state: column.text({ notNull: true, default: "unknown" }),
          note: column.text(),
        },
      },
      actions: {
        add: ({ table }) => table?.insert({ url: "a", note: "b" }),
        all: ({ table }) => table?.insert([{ url: "a" }, { url: "b" }]),
        // @ts-expect-error: Property 'url' is missing in type '{ note: string; }' but required in type …
        lost: ({ table }) => table?.insert({ note: "b" }),
        change: ({ table }) => table?.where({ id: 1 }).update({ note: "b" }),
      },
    },
    events: {
      onContainerStart: (container, { table }) => {
        table.insert({ url: container.name });
        // @ts-expect-error: Property 'url' is missing in type '{ note: string; }' but required in type …
        table.insert({ note: container.name });
      },
    },
  });
});
