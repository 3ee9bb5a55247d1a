/**
 * Plugins that bring their data to what a new version expects.
 *
 * @module
 */
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { rowOf } from "../handler/plugins.ts";
import { bothWays, type Way } from "../sandbox/both_ways.ts";

const ID = `id: { type: "INTEGER", primaryKey: true, autoincrement: true }`;

/** The first version, with a name in one column. */
const FIRST = `export default { config: {
  table: { name: "people", columns: { ${ID}, name: { type: "TEXT" } } },
  actions: {
    add: ({ table, body }) => void table.insert({ name: body.name }),
    all: ({ table }) => table.select(["*"]).all(),
  },
  apiRoutes: {
    "/add": { method: "POST", actions: ["add"] },
    "/all": { method: "GET", actions: ["all"] },
  },
} };`;

/** The second, with the name in two columns, and a log beside it. */
function second(upgrade: string): string {
  return `export default {
    config: {
      table: {
        name: "people",
        columns: {
          ${ID},
          name: { type: "TEXT" },
          first: { type: "TEXT" },
          last: { type: "TEXT" },
        },
      },
      tables: { log: { name: "people_log", columns: { ${ID}, text: { type: "TEXT" } } } },
      actions: {
        all: ({ table }) => table.select(["*"]).all(),
        log: ({ tables }) => tables.log.select(["text"]).all(),
      },
      apiRoutes: {
        "/all": { method: "GET", actions: ["all"] },
        "/log": { method: "GET", actions: ["log"] },
      },
    },
    ${upgrade}
  };`;
}

const SPLITS = `upgrade({ from, to, table, tables, logger }) {
  logger.info("upgrading from " + from);
  for (const { id, name } of table.select(["*"]).all()) {
    const [first, last] = name.split(" ");
    table.where({ id }).update({ first, last });
  }
  tables.log.insert([{ text: from + " to " + to }, { text: "done" }]);
},`;

const SPLIT = [{ id: 1, name: "Ada Lovelace", first: "Ada", last: "Lovelace" }];

/** Stores the first version with one row in it. */
async function start(way: Way): Promise<number> {
  const id = await way.load(FIRST);
  await way.tell("/add", { name: "Ada Lovelace" });
  return id;
}

function update(way: Way, code: string) {
  const row = rowOf("plugin", code, { version: "2.0.0" });
  return way.handler.installPlugin(row, { update: true });
}

bothWays(
  "installPlugin() has the new version upgrade the data",
  async (way) => {
    await start(way);
    const { success, error } = await update(way, second(SPLITS));
    assert(success, error);
    assertEquals(await way.ask("/all"), SPLIT);
    assertEquals(await way.ask("/log"), [
      { text: "1.0.0 to 2.0.0" },
      { text: "done" },
    ]);
    await way.logged("upgrading from 1.0.0");
    await way.handler.reloadPlugin(1);
    assertEquals((await way.ask("/log")).length, 2);
  },
);

const FAILS: Readonly<Record<string, [upgrade: string, why: RegExp]>> = {
  "throws": [
    `upgrade({ table, tables }) {
      table.where({ id: 1 }).update({ name: "broken" });
      tables.log.insert({ text: "broken" });
      throw new Error("no way");
    },`,
    /upgrade\(\) threw: no way/,
  ],
  "is asynchronous": [
    `async upgrade({ table }) {
      table.where({ id: 1 }).update({ name: "broken" });
      throw new Error("late");
    },`,
    /upgrade\(\) returned a promise/,
  ],
};

for (const [what, [upgrade, why]] of Object.entries(FAILS)) {
  bothWays(
    `installPlugin() keeps version and data where upgrade() ${what}`,
    async (way) => {
      await start(way);
      const { success, error } = await update(way, second(upgrade));
      assertEquals(success, false);
      assertMatch(`${error}`, why);
      assertEquals(way.handler.getAll()[0]!.version, "1.0.0");
      assertEquals(await way.ask("/all"), [{ id: 1, name: "Ada Lovelace" }]);
      await way.tell("/add", { name: "Alan Turing" });
      await way.handler.reloadPlugin(1);
      assertEquals((await way.ask("/all")).length, 2);
      const retried = await update(way, second(SPLITS));
      assert(retried.success, retried.error);
      assertEquals((await way.ask("/all"))[1].last, "Turing");
    },
  );
}

bothWays(
  "loadPlugin() upgrades what was saved over an earlier version",
  async (way) => {
    const id = await start(way);
    const none = rowOf("plugin", second(""), { version: "1.5.0" });
    const row = rowOf("plugin", second(SPLITS), { version: "2.0.0" });
    assert(way.handler.savePlugin(none, true).success);
    assert(way.handler.savePlugin(row, true).success);
    await way.handler.loadPlugin(id);
    assertEquals(await way.ask("/all"), SPLIT);
    assertEquals((await way.ask("/log"))[0], { text: "1.0.0 to 2.0.0" });
  },
);

bothWays(
  "loadPlugin() fails where upgrade() does, and tries again",
  async (way) => {
    const id = await start(way);
    const failing = second(`upgrade({ table }) {
    table.where({ id: 1 }).update({ name: "broken" });
    throw new Error("no way");
  },`);
    const row = rowOf("plugin", failing, { version: "2.0.0" });
    assert(way.handler.savePlugin(row, true).success);
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await assertRejects(
        () => way.handler.loadPlugin(id),
        PluginError,
        "from 1.0.0 to 2.0.0: upgrade() threw: no way",
      );
      assertEquals(error.code, "LOAD_FAILED");
    }
    const back = rowOf("plugin", FIRST, { version: "2.0.1" });
    assert(way.handler.savePlugin(back, true).success);
    await way.handler.loadPlugin(id);
    assertEquals(await way.ask("/all"), [{ id: 1, name: "Ada Lovelace" }]);
  },
);

bothWays("rollbackPlugin() upgrades nothing", async (way) => {
  await start(way);
  await update(way, second(SPLITS));
  const { success, error } = await way.handler.rollbackPlugin(1, "1.0.0");
  assert(success, error);
  assertEquals(await way.ask("/all"), [{ id: 1, name: "Ada Lovelace" }]);
});

Deno.test("installPlugin() upgrades a plugin that is not loaded", async () => {
  await using handler = new PluginHandler(":memory:");
  const { id } = handler.savePlugin(rowOf("plugin", FIRST));
  await handler.loadPlugin(id!);
  const post = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Ada Lovelace" }),
  };
  const ask = (path: string, init?: RequestInit) =>
    handler.handleRoute(id!, path, new Request(`http://x${path}`, init));
  await ask("/add", post);
  handler.unloadPlugin(id!);
  const row = rowOf("plugin", second(SPLITS), { version: "2.0.0" });
  assert((await handler.installPlugin(row, { update: true })).success);
  await handler.loadPlugin(id!);
  assertEquals(await ask("/all"), SPLIT);
  assertEquals(await ask("/log"), [{ text: "1.0.0 to 2.0.0" }, {
    text: "done",
  }]);
});
