import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { PluginHandler } from "@dockstat/plugin-handler";

const CODES = Array.from({ length: 6 }, (_, index) =>
  `export default {
    ${index === 5 ? 'init() { throw new Error("no"); },' : ""}
    config: { table: { name: "t_${index}", columns: {
      id: { type: "INTEGER", primaryKey: true } } } },
  }`);

function save(handler: PluginHandler, codes: readonly string[]): void {
  codes.forEach((plugin, index) =>
    handler.savePlugin({
      name: `p-${index}`,
      version: "1.0.0",
      repository: "https://example.com/r",
      manifest: "https://example.com/m.json",
      author: {},
      plugin,
    }, true)
  );
}

async function withFile(run: (file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/agent.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function kept(file: string): number {
  using db = new DatabaseSync(file);
  const sql = "SELECT count(*) AS n FROM plugin_handler_contributions";
  return Number(db.prepare(sql).get()!.n);
}

function forgetAll(file: string): void {
  using db = new DatabaseSync(file);
  db.exec("DELETE FROM plugin_handler_contributions");
}

Deno.test("loadAllPlugins() has kept what plugins contribute when it is done", async () => {
  await withFile(async (file) => {
    await using handler = new PluginHandler(file);
    save(handler, CODES);
    forgetAll(file);
    const { successes, errors } = await handler.loadAllPlugins();
    assertEquals([successes.length, errors.length], [5, 1]);
    // What did not load is not kept: its init() may do what nobody knows.
    assertEquals(kept(file), 5);
  });
});

Deno.test("loadAllPlugins() loads where what plugins contribute cannot be kept", async () => {
  await withFile(async (file) => {
    await using handler = new PluginHandler(file, { busyTimeoutMs: 1 });
    save(handler, CODES.slice(0, 5));
    await handler.loadAllPlugins();
    for (const id of [1, 2, 3, 4, 5]) handler.unloadPlugin(id);
    forgetAll(file);
    using other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const { successes } = await handler.loadAllPlugins();
    other.exec("ROLLBACK");
    assertEquals(successes.length, 5);
    assertEquals(kept(file), 0);
  });
});

Deno.test("savePlugin() while plugins are loaded leaves nothing of the old code", async () => {
  await withFile(async (file) => {
    await using handler = new PluginHandler(file, { keepVersions: 1 });
    save(handler, CODES.slice(0, 5));
    forgetAll(file);
    const loading = handler.loadAllPlugins();
    save(handler, CODES.slice(0, 5).map((code) => `${code};`));
    save(handler, CODES.slice(0, 5).map((code) => `${code};;`));
    await loading;
    await handler.loadAllPlugins();
    using db = new DatabaseSync(file);
    const orphans = db.prepare(
      `SELECT count(*) AS n FROM plugin_handler_contributions WHERE digest
        NOT IN (SELECT digest FROM plugin_handler_plugins
          UNION SELECT digest FROM plugin_handler_versions)`,
    ).get()!.n;
    assertEquals(orphans, 0);
  });
});

Deno.test("loadAllPlugins() makes a table that was dropped behind its back", async () => {
  await withFile(async (file) => {
    await using handler = new PluginHandler(file);
    save(handler, CODES.slice(0, 3));
    await handler.loadAllPlugins();
    for (const id of [1, 2, 3]) handler.unloadPlugin(id);
    using other = new DatabaseSync(file);
    other.exec("DROP TABLE t_1");
    const { successes } = await handler.loadAllPlugins();
    assertEquals(successes, [1, 2, 3]);
    assertEquals(handler.getServerHooks(2).table?.count(), 0);
  });
});
