// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import { actions, type MyData } from "./create_actions.ts";
import { createRoute } from "@dockstat/plugin-handler/builder";

// TypeScript will ensure only valid action names can be used
const route = createRoute<MyData, typeof actions, "fetchAll" | "create">({
  method: "POST",
  actions: ["fetchAll", "create"],
});

export { route };
