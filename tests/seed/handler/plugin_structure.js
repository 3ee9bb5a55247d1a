// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import { column } from "@dockstat/sqlite-wrapper";

export default {
  id: 1, // Set automatically by handler
  name: "example-plugin",
  version: "1.0.0",

  config: {
    // Database table for plugin data
    table: {
      name: "plugin_data",
      columns: {
        id: column.id(),
        data: column.json(),
      },
      jsonColumns: ["data"],
    },

    // API routes exposed by plugin
    apiRoutes: {
      "/status": {
        method: "GET",
        actions: ["getStatus"],
      },
      "/save": {
        method: "POST",
        actions: ["validateData", "saveData"],
      },
    },

    // Actions that routes can call
    actions: {
      getStatus: ({ table, logger }) => {
        return table.select(["*"]).all();
      },
      validateData: ({ body, logger }) => {
        logger.debug("Validating data");
        return { valid: true, data: body };
      },
      saveData: ({ table, previousAction, logger }) => {
        if (previousAction.valid) {
          table.insert(previousAction.data);
          return { success: true };
        }
        return { success: false };
      },
    },
  },

  // Event hooks for Docker events
  events: {
    onContainerStart: async ({ container, logger }) => {
      logger.info(`Container started: ${container.id}`);
    },
    onContainerStop: async ({ container, logger }) => {
      logger.info(`Container stopped: ${container.id}`);
    },
  },
};
