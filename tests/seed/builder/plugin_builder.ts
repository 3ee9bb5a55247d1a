// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import { actions, type MyData } from "./create_actions.ts";
import { pluginBuilder } from "@dockstat/plugin-handler/builder";
import { column } from "@dockstat/sqlite-wrapper";

const plugin = pluginBuilder<MyData, typeof actions>()
  .name("my-plugin")
  .description("A plugin built with the fluent API")
  .version("1.0.0")
  .repository("https://github.com/user/my-plugin", "github")
  .manifest("https://github.com/user/my-plugin/manifest.json")
  .author({ name: "Developer", email: "dev@example.com" })
  .tags(["example", "demo"])
  .table({
    name: "my_data",
    columns: {
      id: column.id(),
      value: column.text({ notNull: true }),
    },
    parser: { JSON: [] },
  })
  .actions(actions)
  .apiRoutes({
    "/data": { method: "GET", actions: ["fetchAll"] },
    "/create": { method: "POST", actions: ["create"] },
  })
  .frontend({
    routes: [{ path: "/", template: {} }],
  })
  .events({
    onContainerStart: async (container, { logger }) => {
      logger.info("Container started");
    },
  })
  .init(() => {
    console.log("Plugin initialized");
  })
  .build();

export default plugin;
