/**
 * Plugins with more than one table, both ways of running them.
 *
 * @module
 */
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { rowOf } from "../handler/plugins.ts";
import { bothWays } from "./both_ways.ts";

const ID = `{ type: "INTEGER", primaryKey: true, autoincrement: true }`;

/** A plugin with a main table and two beside it. */
function source({ more = "", main = "sites" } = {}): string {
  return `export default {
    config: {
      table: { name: "${main}", columns: { id: ${ID}, url: { type: "TEXT" } } },
      tables: {
        checks: {
          name: "site_checks",
          columns: { id: ${ID}, ok: { type: "BOOLEAN" } ${more} },
        },
        notes: {
          name: "site_notes",
          columns: { id: ${ID}, data: { type: "JSON" } },
          jsonColumns: ["data"],
        },
      },
      actions: {
        add({ table, tables, body }) {
          table.insert({ url: body.url });
          tables.checks.insert({ ok: true });
          tables.notes.insert({ data: { of: body.url } });
          return Object.keys(tables);
        },
        all: ({ table, tables }) => ({
          sites: table.select(["*"]).all(),
          checks: tables.checks.select(["*"]).all(),
          notes: tables.notes.select(["*"]).all(),
        }),
        other: ({ tables }) =>
          tables.checks.whereRaw("id IN (SELECT id FROM sites)").all(),
        foreign: ({ tables }) =>
          tables.notes.whereRaw("id IN (SELECT id FROM plugins)").all(),
      },
      apiRoutes: {
        "/add": { method: "POST", actions: ["add"] },
        "/all": { method: "GET", actions: ["all"] },
        "/other": { method: "GET", actions: ["other"] },
        "/foreign": { method: "GET", actions: ["foreign"] },
      },
    },
    events: {
      "test:hook": (_, { tables }) => void tables.checks.insert({ ok: false }),
    },
    init({ tables }) { tables.notes.select(["id"]).all(); },
  };`;
}

bothWays("context.tables has a builder for each table", async (way) => {
  const id = await way.load(source());
  assertEquals(await way.tell("/add", { url: "http://a" }), [
    "checks",
    "notes",
  ]);
  await way.handler.emit("test:hook", {});
  const all = {
    sites: [{ id: 1, url: "http://a" }],
    checks: [{ id: 1, ok: true }, { id: 2, ok: false }],
    notes: [{ id: 1, data: { of: "http://a" } }],
  };
  assertEquals(await way.ask("/all"), all);
  await way.handler.reloadPlugin(id);
  assertEquals(await way.ask("/all"), all);
});

bothWays("context.tables confines each builder to its table", async (way) => {
  await way.load(source());
  for (const path of ["/other", "/foreign"]) {
    const error = await assertRejects(() => way.ask(path), PluginError);
    assertMatch(error.message, /may reach its own table/);
  }
});

bothWays(
  "savePlugin() migrates every table, and keeps its rows",
  async (way) => {
    const id = await way.load(source());
    await way.tell("/add", { url: "http://a" });
    const code = source({ more: `, ms: { type: "INTEGER" }` });
    assert(way.handler.savePlugin(rowOf("plugin", code), true).success);
    await way.handler.loadPlugin(id);
    assertEquals((await way.ask("/all")).checks, [{
      id: 1,
      ok: true,
      ms: null,
    }]);
  },
);

bothWays(
  "loadPlugin() refuses a table of another plugin, and takes nothing",
  async (way) => {
    await way.load(source(), { name: "first" });
    const error = await assertRejects(
      () => way.load(source({ main: "other_sites" }), { name: "second" }),
      PluginError,
    );
    assertEquals(error.code, "TABLE_NAME_TAKEN");
    const owned = way.handler.database.driver
      .all("SELECT name FROM plugin_handler_tables ORDER BY name");
    assertEquals(owned.map(({ name }) => name), [
      "site_checks",
      "site_notes",
      "sites",
    ]);
  },
);

bothWays("loadPlugin() refuses two tables of one name", async (way) => {
  const error = await assertRejects(
    () => way.load(source({ main: "Site_Checks" })),
    PluginError,
  );
  assertEquals(error.code, "INVALID_PLUGIN");
  assertMatch(error.message, /config\.tables\.checks\.name must not be/);
});

bothWays("deletePlugin() purges every table", async (way) => {
  const id = await way.load(source());
  await way.tell("/add", { url: "http://a" });
  assert(way.handler.deletePlugin(id, { purge: true }).success);
  const left = way.handler.database.driver.all(
    "SELECT name FROM sqlite_schema WHERE name GLOB 'site*'",
  );
  assertEquals(left, []);
  assertEquals(way.handler.getStatus().orphans, []);
});

Deno.test("PluginHandler moves all tables when a plugin is isolated, and opens them again inline", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/db`;
  const run = async (
    isolation: "inline" | "process",
    act: (
      ask: (path: string, body?: unknown) => Promise<unknown>,
    ) => Promise<void>,
  ) => {
    await using handler = new PluginHandler(file, {
      isolation,
      loadTimeoutMs: 60_000,
    });
    if (handler.getAll().length === 0) {
      handler.savePlugin(rowOf("plugin", source()));
    }
    await handler.loadPlugin(1);
    await act((path, body) =>
      handler.handleRoute(
        1,
        path,
        new Request(
          `http://localhost${path}`,
          body === undefined ? {} : {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          },
        ),
      )
    );
  };
  const urls = async (ask: (path: string) => Promise<unknown>) => {
    const all = await ask("/all") as Record<string, unknown[]>;
    return Object.values(all).map((rows) => rows.length);
  };
  try {
    await run("inline", async (ask) => {
      await ask("/add", { url: "a" });
    });
    await run("process", async (ask) => {
      assertEquals(await urls(ask), [1, 1, 1]);
      await ask("/add", { url: "b" });
    });
    await run("inline", async (ask) => {
      assertEquals(await urls(ask), [2, 2, 2]);
      await ask("/add", { url: "c" });
    });
    await run(
      "process",
      async (ask) => assertEquals(await urls(ask), [3, 3, 3]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("loadAllPlugins() registers a plugin of several tables without importing it", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/db`;
  try {
    {
      await using handler = new PluginHandler(file);
      handler.savePlugin(rowOf("plugin", source()));
      await handler.loadPlugin(1);
    }
    await using handler = new PluginHandler(file, { activation: "lazy" });
    await handler.loadAllPlugins();
    assertEquals(handler.getHealth(1).state, "registered");
    const answer = await handler.handleRoute(
      1,
      "/all",
      new Request("http://localhost/all"),
    );
    assertEquals(answer, { sites: [], checks: [], notes: [] });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
