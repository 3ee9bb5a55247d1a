// The plugin of the conformance suite.
const one = (action) => ({ method: "POST", actions: ["first", action] });

export default {
  name: "both",
  version: "2.0.0",
  config: {
    table: {
      name: "both_rows",
      columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        data: { type: "JSON" },
      },
      jsonColumns: ["data"],
    },
    actions: {
      first: () => "first",
      context: async (
        {
          body,
          previousAction,
          params,
          query,
          request,
          plugin,
          signal,
          logger,
        },
      ) => ({
        body,
        previousAction: await previousAction,
        params: { ...params },
        query: query.get("a"),
        method: request.method,
        plugin: { ...plugin },
        hasSignal: signal instanceof AbortSignal,
        keys: ["error", "warn", "info", "debug"]
          .filter((level) => typeof logger[level] === "function"),
      }),
      stop: ({ stop }) => stop({ stopped: true }),
      response: () =>
        new Response("teapot", { status: 418, headers: { "x-a": "b" } }),
      raw: async ({ request }) => (await request.text()).toUpperCase(),
      form: ({ body }) => [body.get("file").name, body.get("file").size],
      fails() {
        throw new TypeError("on purpose");
      },
      throwsText: () => Promise.reject("just text"),
      hangs: { timeoutMs: 500, handler: () => new Promise(() => {}) },
      table: ({ table }) => {
        table.insert([{ data: { a: 1 } }, { data: [2] }]);
        return table.select(["*"]).all();
      },
      batch: ({ table }) => {
        try {
          table.insertBatch([{ id: 1, data: 1 }, { id: 1, data: 2 }]);
        } catch {
          return table.count();
        }
      },
      aborted: ({ signal, logger }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            logger.warn("aborted");
            resolve();
          });
          logger.info("waiting");
        }),
      foreign: ({ table }) => {
        table.insert({ data: 1 });
        return table.whereRaw("id IN (SELECT rowid FROM sqlite_master)").all();
      },
    },
    apiRoutes: {
      "/context": one("context"),
      "/stop": { method: "POST", actions: ["first", "stop", "fails"] },
      "/response": one("response"),
      "/raw": { method: "POST", actions: ["raw"], body: "raw" },
      "/form": one("form"),
      "/fails": one("fails"),
      "/throwsText": one("throwsText"),
      "/hangs": one("hangs"),
      "/unknown": one("missing"),
      "/table": one("table"),
      "/batch": one("batch"),
      "/aborted": one("aborted"),
      "/foreign": one("foreign"),
    },
  },
  events: {
    onTwo: (payload, { logger, table }) => ({
      first: { ...payload },
      container: payload.container.id,
      sameLogger: payload.logger === logger,
      hasTable: table !== null && payload.table !== null,
    }),
  },
  init: ({ table, logger }) => logger.info(`init ${table.count()}`),
  cleanup: ({ logger }) => logger.info("cleanup"),
};
