// A plugin with a table and hooks, made with the builder.
import { column, createActions, definePlugin } from "@dockstat/plugin-handler/builder";

const actions = createActions({
  answer: ({ table }) => {
    table.insert({ name: `${process.env.NODE_ENV ?? "unset"}` });
    return { rows: table.select(["name"]).all().length };
  },
});

export default definePlugin({
  name: "built-plugin",
  version: "1.0.0",
  repository: "https://github.com/user/plugin",
  manifest: "https://github.com/user/plugin/manifest.json",
  author: { name: "Developer" },
  config: {
    table: {
      name: "built_rows",
      columns: { id: column.id(), name: column.text({ notNull: true }) },
    },
    actions,
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
  events: { onContainerStart: async (container, { logger }) => logger.info(container.id) },
});
