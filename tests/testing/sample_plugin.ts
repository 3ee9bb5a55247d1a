import {
  column,
  createActions,
  definePlugin,
} from "@dockstat/plugin-handler/builder";

interface Note {
  id: number;
  text: string;
}

const actions = createActions<Note>()({
  list: ({ table }) => table!.select(["text"]).all(),
  save: ({ table, body }) =>
    table!.insert({ text: String((body as { text: string }).text) }),
  greet: ({ settings }) => String(settings.greeting),
  tick: ({ table, logger }) => {
    logger.info("ticked");
    table!.insert({ text: new Date().toISOString() });
  },
  fail: () => {
    throw new Error("on purpose");
  },
});

export default definePlugin<Note, typeof actions>({
  config: {
    table: {
      name: "under_test",
      columns: { id: column.id(), text: column.text() },
    },
    settings: { greeting: { type: "string", default: "Hello" } },
    actions,
    apiRoutes: {
      "/notes": { method: "GET", actions: ["list"] },
      "/save": { method: "POST", actions: ["save"] },
      "/greet": { method: "GET", actions: ["greet"] },
      "/fail": { method: "GET", actions: ["fail"] },
    },
    schedules: { tick: { every: "1h", actions: ["tick"] } },
  },
  events: {
    "container:started": ({ name }, { table }) => {
      table?.insert({ text: name });
    },
  },
});
