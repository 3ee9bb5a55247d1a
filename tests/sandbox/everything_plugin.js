// The plugin of the handler's conformance suite.
const get = (...actions) => ({ method: "GET", actions });
const post = (...actions) => ({ method: "POST", actions });
const pages = {
  routes: [{
    path: "/dash",
    template: { type: "container", children: [] },
    loaders: [
      { id: "rows", apiRoute: "/rows" },
      { id: "fails", apiRoute: "/fails" },
    ],
    actions: [{
      id: "save",
      type: "api",
      apiRoute: "/echo",
      body: { id: "{{payload.id}}" },
      onSuccess: { setState: { saved: "result.id" } },
    }],
  }],
};

export default {
  config: {
    table: {
      name: "everything",
      columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        data: { type: "JSON" },
      },
      jsonColumns: ["data"],
    },
    actions: {
      one: () => 1,
      twice: ({ previousAction }) => previousAction * 2,
      later: async ({ previousAction }) => {
        await Promise.resolve();
        return previousAction + 1;
      },
      first: ({ previousAction }) => [previousAction],
      stops: ({ stop }) => stop({ stopped: true }),
      fails() {
        throw new RangeError("on purpose");
      },
      hangs: { timeoutMs: 500, handler: () => new Promise(() => {}) },
      waits: ({ logger, signal }) => {
        logger.info("waiting");
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      },
      context: ({ params, query, plugin, request, signal }) => ({
        params: { ...params },
        query: [...query],
        plugin: { ...plugin },
        method: request.method,
        header: request.headers.get("x-sent"),
        hasSignal: signal instanceof AbortSignal,
      }),
      echo: ({ body }) => body,
      kind: ({ body }) => body?.constructor.name ?? String(body),
      form: ({ body }) => [body.get("text"), body.get("file").name],
      nothing: () => undefined,
      date: () => new Date(86_400_000),
      response: () =>
        new Response("teapot", { status: 418, headers: { "x-a": "b" } }),
      stream: () => {
        let count = 0;
        return new Response(
          new ReadableStream({
            pull(controller) {
              if (++count > 3) return controller.close();
              controller.enqueue(new TextEncoder().encode(`part ${count};`));
            },
          }),
        );
      },
      upper: async ({ request }) => (await request.text()).toUpperCase(),
      add: ({ table, body }) => table.insert({ data: body }).insertId,
      rows: ({ table }) => table.select(["*"]).orderBy("id").all(),
      change: ({ table }) => {
        table.where({ id: 1 }).update({ data: "new" });
        table.where({ id: 2 }).delete();
        return [table.count(), table.where({ id: 1 }).first().data];
      },
      other: ({ table }) =>
        table.whereRaw("id IN (SELECT id FROM plugins)").all(),
    },
    apiRoutes: {
      "/chain": get("one", "twice", "later"),
      "/first": get("first"),
      "/stops": get("one", "stops", "fails"),
      "/fails": get("one", "fails", "twice"),
      "/missing": get("one", "missing"),
      "/hangs": get("one", "hangs"),
      "/waits": get("waits"),
      "/context/exact": get("one"),
      "/context/:id": { method: ["GET", "PUT"], actions: ["context"] },
      "/files/*": get("context"),
      "/echo": post("echo"),
      "/kind": { method: ["GET", "POST"], actions: ["kind"] },
      "/form": post("form"),
      "/nothing": get("nothing"),
      "/date": get("date"),
      "/response": get("response"),
      "/stream": get("stream"),
      "/upper": { ...post("upper"), body: "raw" },
      "/add": post("add"),
      "/rows": get("rows"),
      "/change": post("change"),
      "/other": get("other"),
    },
    frontend: pages,
  },
  events: {
    onContainerStart: (payload, { table }) => {
      table.insert({ data: ["first", payload.name, { ...payload }] });
    },
    "container:stopped": ({ container, table, logger }) => {
      logger.info("stopped");
      table.insert({ data: ["second", container.name] });
    },
    onImagePull: () => {
      throw new Error("no images");
    },
  },
  init: ({ table, logger }) => logger.info(`init ${table.count()}`),
  cleanup: ({ logger }) => logger.info("cleanup"),
};
