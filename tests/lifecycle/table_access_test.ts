import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertThrows } from "@std/assert";
import { get, save } from "../handler/plugins.ts";

/** A plugin that hands its table to whoever asks, and uses it in `cleanup()`. */
const LEAKS = `
  export default {
    config: {
      table: { name: "leaked", columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        text: { type: "TEXT" },
      } },
      actions: { leak: ({ table }) => {
        globalThis.leakedTables.push(table);
        table.insert({ text: "while loaded" });
        return table.count();
      } },
      apiRoutes: { "/leak": { method: "GET", actions: ["leak"] } },
    },
    init({ table }) { globalThis.leakedTables.push(table) },
    cleanup({ table }) { table.insert({ text: "cleanup" }) },
  };`;

// deno-lint-ignore no-explicit-any -- whatever a builder can do
type Table = any;

const USES: Readonly<Record<string, (table: Table) => unknown>> = {
  insert: (table) => table.insert({ text: "late" }),
  insertBatch: (table) => table.insertBatch([{ text: "late" }, { text: "b" }]),
  update: (table) => table.where({ id: 1 }).update({ text: "late" }),
  delete: (table) => table.where({ id: 1 }).delete(),
  select: (table) => table.all(),
  first: (table) => table.first(),
  count: (table) => table.count(),
};

const ENDS: Readonly<
  Record<string, (handler: PluginHandler, id: number) => unknown>
> = {
  unloadPlugin: (handler, id) => handler.unloadPlugin(id),
  disablePlugin: (handler, id) => handler.disablePlugin(id),
  deletePlugin: (handler, id) => handler.deletePlugin(id),
  reloadPlugin: (handler, id) => handler.reloadPlugin(id),
  "savePlugin with update": (handler, id) => {
    const row = handler.getAll().find((it) => it.id === id)!;
    return handler.savePlugin({ ...row, plugin: `${LEAKS}//` }, true);
  },
};

for (const [what, end] of Object.entries(ENDS)) {
  Deno.test(`${what}() takes the table from the old instance`, {
    permissions: "none",
  }, async () => {
    const tables: Table[] = [];
    Object.assign(globalThis, { leakedTables: tables });
    using db = new DatabaseSync(":memory:");
    await using handler = new PluginHandler(db);
    const id = save(handler, "leaks", LEAKS);
    await handler.loadPlugin(id);
    assertEquals(await handler.handleRoute(id, "/leak", get()), 1);
    tables.push(handler.getServerHooks(id).table);
    const old = [...tables];

    await end(handler, id);
    // Behind whatever cleaning up has to wait for.
    await new Promise((resolve) => setTimeout(resolve));

    const rows = db.prepare("SELECT text FROM leaked").all()
      .map(({ text }) => text);
    assertEquals(rows, ["while loaded", "cleanup"]);
    for (const table of old) {
      for (const [name, use] of Object.entries(USES)) {
        const error = assertThrows(() => use(table), PluginError);
        assertEquals([name, error.code, error.pluginId], [
          name,
          "PLUGIN_NOT_LOADED",
          id,
        ]);
      }
    }
    assertEquals(db.prepare("SELECT count(*) AS n FROM leaked").get()!.n, 2);
    Reflect.deleteProperty(globalThis, "leakedTables");
  });
}

Deno.test("reloadPlugin() leaves the new instance its table", {
  permissions: "none",
}, async () => {
  Object.assign(globalThis, { leakedTables: [] });
  await using handler = new PluginHandler(":memory:");
  const id = save(handler, "leaks", LEAKS);
  await handler.loadPlugin(id);
  await handler.reloadPlugin(id);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(await handler.handleRoute(id, "/leak", get()), 2);
  Reflect.deleteProperty(globalThis, "leakedTables");
});

Deno.test("the table of an init() that failed is taken away", {
  permissions: "none",
}, async () => {
  const tables: Table[] = [];
  Object.assign(globalThis, { leakedTables: tables });
  await using handler = new PluginHandler(":memory:");
  const source = LEAKS.replace(
    "leakedTables.push(table) }",
    'leakedTables.push(table); throw new Error("no") }',
  );
  const id = save(handler, "leaks", source);
  await handler.loadPlugin(id).catch(() => {});
  assertEquals(tables.length, 1);
  const error = assertThrows(
    () => tables[0].insert({ text: "late" }),
    PluginError,
  );
  assertEquals(error.code, "PLUGIN_NOT_LOADED");
  Reflect.deleteProperty(globalThis, "leakedTables");
});
