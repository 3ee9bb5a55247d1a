import {
  createActions,
  createApiRoutes,
  createRoute,
  type PluginRoute,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";

interface Note {
  id: number;
  text: string;
}

const actions = createActions<Note>()({
  list: ({ table }) => table?.select(["*"]).all(),
  save: ({ table, body }) => table?.insert(body),
});
type Actions = typeof actions;

Deno.test("createRoute() takes the names of the actions only", () => {
  const route = createRoute<Note, Actions, "list" | "save">({
    method: "POST",
    actions: ["list", "save"],
  });
  assertType<IsExact<typeof route, PluginRoute<"list" | "save">>>(true);
  createRoute<Note, Actions>({ method: "GET", actions: ["list"] });
  // @ts-expect-error: there is no such action
  createRoute<Note, Actions>({ method: "GET", actions: ["lost"] });
  // @ts-expect-error: there is no such action
  createRoute<Note, Actions, "lost">({ method: "GET", actions: ["lost"] });
  // @ts-expect-error: not one of the names that were picked
  createRoute<Note, Actions, "list">({ method: "GET", actions: ["save"] });
});

Deno.test("createRoute() infers the names when no types are given", () => {
  const route = createRoute({ method: "GET", actions: ["list", "more"] });
  assertType<IsExact<typeof route, PluginRoute<"list" | "more">>>(true);
});

Deno.test("createRoute() refuses what a route cannot be", () => {
  // @ts-expect-error: methods are upper case
  createRoute({ method: "get", actions: [] });
  // @ts-expect-error: HEAD is served by GET
  createRoute({ method: "HEAD", actions: [] });
  // @ts-expect-error: a route has actions
  createRoute({ method: "GET" });
  // @ts-expect-error: a body is parsed or raw
  createRoute({ method: "POST", actions: [], body: "json" });
});

Deno.test("createApiRoutes() takes the names of the actions only", () => {
  const routes = createApiRoutes<Note, Actions>({
    "/notes": { method: ["GET", "POST"], actions: ["list"] },
    // @ts-expect-error: there is no such action
    "/lost": { method: "GET", actions: ["list", "lost"] },
  });
  assertEquals(Object.keys(routes), ["/notes", "/lost"]);
});

Deno.test("createApiRoutes() infers the names when no types are given", () => {
  const routes = createApiRoutes({
    "/a": { method: "GET", actions: ["list"] },
    "/b": { method: "PUT", actions: ["save"] },
  });
  assertType<
    IsExact<typeof routes, Record<string, PluginRoute<"list" | "save">>>
  >(true);
});

Deno.test("createRoute() types params from the pattern", () => {
  const route = createRoute("GET /notes/:id/files/*", {
    find: ({ params }) => {
      assertType<IsExact<typeof params.id, string>>(true);
      assertType<IsExact<(typeof params)["*"], string>>(true);
      // @ts-expect-error: the pattern has no such parameter
      return params.name;
    },
    show: ({ params }) => params.id,
  });
  assertType<IsExact<typeof route.names, readonly ("find" | "show")[]>>(true);
  assertEquals(route.names, ["find", "show"]);
  assertEquals(Object.keys(route.actions), ["find", "show"]);
});
