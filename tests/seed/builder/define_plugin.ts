// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import { definePlugin, createActions } from "@dockstat/plugin-handler/builder";
import { column } from "@dockstat/sqlite-wrapper";

// Define your table schema type
interface MyPluginData {
  id: number;
  name: string;
  settings: Record<string, unknown>;
}

// Create type-safe actions
const actions = createActions<MyPluginData>({
  getData: async ({ table, logger }) => {
    logger.info("Fetching data");
    return table?.select(["*"]).all() ?? [];
  },
  saveData: async ({ table, body, logger }) => {
    logger.info("Saving data");
    const result = table?.insert(body as MyPluginData);
    return { success: true, id: result?.lastInsertRowid };
  },
});

// Define the complete plugin with full type safety
export default definePlugin<MyPluginData, typeof actions>({
  name: "my-plugin",
  description: "A sample plugin",
  version: "1.0.0",
  repository: "https://github.com/user/my-plugin",
  repoType: "github",
  manifest: "https://github.com/user/my-plugin/manifest.json",
  author: { name: "Developer", email: "dev@example.com" },
  tags: ["sample", "demo"],

  config: {
    table: {
      name: "my_plugin_data",
      columns: {
        id: column.id(),
        name: column.text({ notNull: true }),
        settings: column.json(),
      },
      parser: { JSON: ["settings"] },
    },
    actions,
    apiRoutes: {
      "/data": { method: "GET", actions: ["getData"] },
      "/save": { method: "POST", actions: ["saveData"] },
    },
  },

  events: {
    onContainerStart: async (container, { logger }) => {
      logger.info(`Container started: ${container.id}`);
    },
  },
});

export { actions };
export type { MyPluginData };
