// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import type { MyData } from "./create_actions.ts";
import { createEvents } from "@dockstat/plugin-handler/builder";

const events = createEvents<MyData>({
  onContainerStart: async (container, { logger, table }) => {
    logger.info(`Container ${container.id} started`);
    await table?.insert({ event: "start", containerId: container.id });
  },
  onContainerStop: async (container, { logger }) => {
    logger.info(`Container ${container.id} stopped`);
  },
  onContainerRestart: async (container, { logger }) => {
    logger.warn(`Container ${container.id} restarted`);
  },
  onServerBoot: async () => {
    console.log("Plugin initialized on server boot");
  },
});

export { events };
