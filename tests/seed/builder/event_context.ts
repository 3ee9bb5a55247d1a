// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import {
  type ContainerInfo,
  createEvents,
  type PluginLogger as Logger,
} from "@dockstat/plugin-handler/builder";
import type { QueryBuilder } from "@dockstat/sqlite-wrapper";
import type { MyData as T } from "./create_actions.ts";

export const events = createEvents<T>({
// Event handler signature
onContainerStart: async (
  container: ContainerInfo,
  context: {
    logger: Logger;
    table: QueryBuilder<T>;
  },
) => {
  // Handle event
},
});
