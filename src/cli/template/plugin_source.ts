/**
 * The code of a new plugin: a log of containers, which shows every part that a
 * plugin may have.
 *
 * @module
 */
import { type NewPlugin, tableOf } from "./new_plugin.ts";

/** The text of the file. */
export function pluginSource(plugin: NewPlugin): string {
  return `/**
 * Writes down which containers start and stop. The name and the version are in
 * manifest.json.
 */
import {
  column,
  createActions,
  createSettings,
  createTable,
  definePlugin,
} from "@dockstat/plugin-handler/builder";
import { frontend } from "./page.ts";

/** A row of the plugin's table. */
interface Entry {
  id: number;
  at: number;
  event: string;
  container: string;
}

const table = createTable<Entry>({
  name: "${tableOf(plugin)}",
  columns: {
    id: column.id(),
    at: column.integer({ notNull: true }),
    event: column.text({ notNull: true }),
    container: column.text({ notNull: true }),
  },
});

/** What an operator can set. */
const settings = createSettings({
  kept: {
    type: "number",
    label: "Entries to keep",
    default: 1000,
  },
});

const actions = createActions<Entry>()({
  listEntries: ({ table, query }) => {
    const limit = Number(query.get("limit") ?? 50);
    return table.select(["*"]).orderBy("id").desc().limit(limit).all();
  },

  count: ({ table }) => ({ entries: table.count() }),

  prune: ({ table, settings, logger }) => {
    const newest = table.select(["id"]).orderBy("id").desc().first();
    if (newest === null) return;
    const { changes } = table
      .where("id", "<=", newest.id - Number(settings.kept))
      .delete();
    logger.info(\`\${changes} old entries dropped\`);
  },
});

export default definePlugin<Entry, typeof actions>({
  config: {
    table,
    settings,
    actions,
    apiRoutes: {
      "/entries": { method: "GET", actions: ["listEntries"] },
      "/count": { method: "GET", actions: ["count"] },
    },
    schedules: {
      prune: { every: "1h", actions: ["prune"] },
    },
    frontend,
  },
  events: {
    "container:started": ({ name }, { table }) => {
      table.insert({ at: Date.now(), event: "started", container: name });
    },
    "container:stopped": ({ name }, { table }) => {
      table.insert({ at: Date.now(), event: "stopped", container: name });
    },
  },
});
`;
}
