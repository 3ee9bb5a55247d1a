import { assertEquals } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { configure, reset } from "@logtape/logtape";

/** What every object has; nothing of a plugin may be looked up among these. */
const NAMES = ["constructor", "toString", "valueOf", "hasOwnProperty", "then"];

const SOURCE = `export default {
  config: {
    table: { name: "odd", columns: { id: { type: "INTEGER", primaryKey: true } } },
    actions: {
      constructor: ({ logger, table }) => { logger.info("asked"); return table.count() },
    },
    apiRoutes: {
      "/constructor": { method: "GET", actions: ["constructor"] },
      "/toString/:valueOf": { method: "GET", actions: ["constructor"] },
    },
  },
  events: { constructor() {}, toString() {} },
}`;

for (const isLogging of [false, true]) {
  const where = isLogging ? "where the host logs" : "where nobody logs";
  Deno.test(`a plugin may be named like a member of every object, ${where}`, async () => {
    if (isLogging) {
      await configure({
        sinks: { none: () => {} },
        loggers: [
          { category: ["logtape", "meta"], lowestLevel: "error" },
          { category: [], sinks: ["none"], lowestLevel: "debug" },
        ],
        reset: true,
      });
    }
    try {
      for (const name of NAMES) await assertWorks(name);
    } finally {
      await reset();
    }
  });
}

async function assertWorks(name: string): Promise<void> {
  await using handler = new PluginHandler(":memory:");
  const { id, message } = handler.savePlugin({
    name,
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: { name: "A" },
    plugin: SOURCE,
  });
  assertEquals(id, 1, message);
  await handler.loadPlugin(1);
  for (const path of ["constructor", "toString/x"]) {
    const url = `http://localhost/plugins/${name}/routes/${path}`;
    assertEquals(await (await handler.fetch(new Request(url))).json(), 0);
  }
  for (const event of ["constructor", "toString"]) {
    assertEquals((await handler.emit(event, {})).delivered, 1);
  }
  assertEquals((await handler.emit("valueOf", {})).delivered, 0);
  assertEquals(Object.keys(handler.getHealth(1).actions), ["constructor"]);
}
