// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
// src/index.ts
import {
  definePlugin,
  createActions,
  createTable,
} from "@dockstat/plugin-handler/builder";
import { column } from "@dockstat/sqlite-wrapper";

// Define your data schema
interface PluginData {
  id: number;
  value: string;
  metadata: Record<string, unknown>;
}

// Create actions with full type safety
const actions = createActions<PluginData>({
  getData: async ({ table, logger }) => {
    logger.debug("Fetching data");
    return table?.select(["*"]).all() ?? [];
  },
  saveData: async ({ table, body, logger }) => {
    logger.info("Saving data");
    return table?.insert(body as PluginData);
  },
});

// Define the plugin
export default definePlugin<PluginData, typeof actions>({
  name: "my-plugin",
  description: "My awesome DockStat plugin",
  version: "1.0.0",
  repository: "https://github.com/user/my-plugin",
  repoType: "github",
  manifest: "https://github.com/user/my-plugin/manifest.json",
  author: {
    name: "Your Name",
    email: "you@example.com",
  },
  tags: ["monitoring"],

  config: {
    table: {
      name: "my_plugin_data",
      columns: {
        id: column.id(),
        value: column.text({ notNull: true }),
        metadata: column.json(),
      },
      parser: { JSON: ["metadata"] },
    },
    actions,
    apiRoutes: {
      "/data": { method: "GET", actions: ["getData"] },
      "/save": { method: "POST", actions: ["saveData"] },
    },
  },

  events: {
    onContainerStart: async (container, { logger }) => {
      logger.info(`Container ${container.id} started`);
    },
  },
});

export { actions };
export type { PluginData };
