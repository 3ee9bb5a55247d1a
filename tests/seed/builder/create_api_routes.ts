// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import { actions, type MyData } from "./create_actions.ts";
import { createApiRoutes } from "@dockstat/plugin-handler/builder";

const routes = createApiRoutes<MyData, typeof actions>({
  "/list": { method: "GET", actions: ["fetchAll"] },
  "/create": { method: "POST", actions: ["validate", "create", "notify"] },
  "/update/:id": { method: "POST", actions: ["validate", "update"] },
});

export { routes };
