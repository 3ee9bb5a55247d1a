import {
  createFrontendAction,
  createFrontendConfig,
  createFrontendLoader,
  createFrontendRoute,
  createFrontendRoutes,
} from "@dockstat/plugin-handler/builder";
import { assertEquals, assertStrictEquals } from "@std/assert";

Deno.test("createFrontendAction() wants what its type cannot do without", () => {
  createFrontendAction({ id: "a", type: "reload" });
  createFrontendAction({ id: "b", type: "api", apiRoute: "/b" });
  createFrontendAction({ id: "c", type: "setState", stateUpdates: { n: 1 } });
  createFrontendAction({ id: "d", type: "navigate", path: "/d" });
  createFrontendAction({ id: "e", type: "custom", handler: "e" });
  // @ts-expect-error: no route
  createFrontendAction({ id: "b", type: "api" });
  // @ts-expect-error: no state
  createFrontendAction({ id: "c", type: "setState" });
  // @ts-expect-error: no path
  createFrontendAction({ id: "d", type: "navigate" });
  // @ts-expect-error: no handler
  createFrontendAction({ id: "e", type: "custom" });
  // @ts-expect-error: no such type
  createFrontendAction({ id: "f", type: "fetch" });
});

Deno.test("createFrontendLoader() refuses what is not a loader", () => {
  // @ts-expect-error: no route
  createFrontendLoader({ id: "a" });
  createFrontendLoader({
    id: "a",
    apiRoute: "/a",
    // @ts-expect-error: milliseconds are a number
    polling: { interval: "10s" },
  });
});

Deno.test("createFrontendRoute() refuses what is not a page", () => {
  // @ts-expect-error: no template
  createFrontendRoute({ path: "/" });
  // @ts-expect-error: no path
  createFrontendRoute({ template: {} });
  // @ts-expect-error: a place is a number
  createFrontendRoute({ path: "/", template: "{}", meta: { navOrder: "1" } });
});

Deno.test("createFrontend…() return what they are given", () => {
  const loader = { id: "a", apiRoute: "/a" };
  const action = { id: "b", type: "reload" } as const;
  const route = {
    path: "/",
    template: "type: text",
    loaders: [loader],
    actions: [action],
  };
  const routes = [route];
  const config = { routes };
  assertStrictEquals(createFrontendLoader(loader), loader);
  assertEquals(createFrontendAction(action), action);
  assertStrictEquals(createFrontendRoute(route), route);
  assertStrictEquals(createFrontendRoutes(routes), routes);
  assertStrictEquals(createFrontendConfig(config), config);
});
