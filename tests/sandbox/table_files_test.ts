/**
 * Where the tables of isolated plugins are: each in a file of its own, beside
 * the host's database.
 *
 * @module
 */
import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DB } from "../../src/sqlite/mod.ts";
import { notesSource, save } from "../handler/plugins.ts";
import { ShapedDatabase } from "../sqlite/db_sqlite_shape.ts";
import { waitFor } from "../wait_for.ts";

/** A folder with a host's database. */
class Place implements Disposable {
  readonly folder = Deno.makeTempDirSync();
  readonly database = `${this.folder}/agent.db`;

  handler(options: PluginHandlerOptions = {}): PluginHandler {
    return new PluginHandler(this.database, {
      isolation: "process",
      actionTimeoutMs: 60_000,
      loadTimeoutMs: 60_000,
      ...options,
    });
  }

  table(id = 1): string {
    return `${this.database}.plugins/${id}/table.db`;
  }

  has(path: string): boolean {
    return Deno.lstatSync(this.folder).isDirectory &&
      [...walk(this.folder)].includes(path);
  }

  /** Whether the host's own database holds a table. */
  holds(table: string): boolean {
    using db = new DB(this.database);
    return db.getTableInfo(table).length > 0;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

function* walk(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    yield `${folder}/${name}`;
    if (isDirectory) yield* walk(`${folder}/${name}`);
  }
}

function add(handler: PluginHandler, text: string, id = 1): Promise<unknown> {
  return handler.handleRoute(
    id,
    "/add",
    new Request("http://localhost/add", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
    }),
  );
}

function list(handler: PluginHandler, id = 1): Promise<unknown> {
  const request = new Request("http://localhost/notes");
  return handler.handleRoute(id, "/notes", request);
}

Deno.test("PluginHandler keeps the table of an isolated plugin in a file of its own", async () => {
  using place = new Place();
  await using handler = place.handler();
  const id = save(handler, "notes", notesSource());
  await handler.loadPlugin(id);
  assertEquals(await add(handler, "mine"), 1);
  assertEquals(await list(handler), [{ id: 1, text: "mine" }]);
  assert(place.has(place.table()));
  assert(!place.holds("notes"));
  const { mode } = Deno.statSync(`${place.database}.plugins/1`);
  assertEquals(mode! & 0o777, 0o700);
});

Deno.test("PluginHandler finds that table again, and leaves only its file", async () => {
  using place = new Place();
  {
    await using handler = place.handler();
    await handler.loadPlugin(save(handler, "notes", notesSource()));
    await add(handler, "mine");
  }
  const files = [...walk(`${place.database}.plugins`)];
  assertEquals(files.filter((file) => !/\/1$/.test(file)), [place.table()]);
  await using handler = place.handler({ activation: "lazy" });
  await handler.loadAllPlugins();
  assertEquals(await list(handler), [{ id: 1, text: "mine" }]);
});

Deno.test("PluginHandler moves an inline plugin's table once, and opens it there from then on", async () => {
  using place = new Place();
  {
    await using handler = place.handler({ isolation: "inline" });
    await handler.loadPlugin(save(handler, "notes", notesSource()));
    for (const text of ["a", "b", "c"]) await add(handler, text);
    handler.getServerHooks(1).table!.where({ text: "c" }).delete();
  }
  assert(place.holds("notes"));
  {
    await using handler = place.handler();
    await handler.loadPlugin(1);
    // The ids go on where they were.
    assertEquals(await add(handler, "d"), 4);
    assert(!place.holds("notes"));
  }
  await using handler = place.handler({ isolation: "inline" });
  await handler.loadPlugin(1);
  assertEquals(await list(handler), [
    { id: 1, text: "a" },
    { id: 2, text: "b" },
    { id: 4, text: "d" },
  ]);
  assertEquals(await add(handler, "e"), 5);
  assert(!place.holds("notes"));
});

Deno.test("PluginHandler moves a table out of a database in memory", async () => {
  let isolation: "inline" | "process" = "inline";
  await using handler = new PluginHandler(":memory:", {
    isolation: () => isolation,
    actionTimeoutMs: 60_000,
    loadTimeoutMs: 60_000,
  });
  await handler.loadPlugin(save(handler, "notes", notesSource()));
  await add(handler, "mine");
  isolation = "process";
  await handler.reloadPlugin(1);
  assertEquals(await list(handler), [{ id: 1, text: "mine" }]);
  assertEquals(await add(handler, "more"), 2);
});

Deno.test("getServerHooks() reads and writes the table of an isolated plugin", async () => {
  using place = new Place();
  await using handler = place.handler();
  await handler.loadPlugin(save(handler, "notes", notesSource()));
  await add(handler, "theirs");
  const { table } = handler.getServerHooks(1);
  assertEquals(table!.select(["text"]).all(), [{ text: "theirs" }]);
  table!.insert({ text: "ours" });
  assertEquals(await list(handler), [
    { id: 1, text: "theirs" },
    { id: 2, text: "ours" },
  ]);
});

Deno.test("deletePlugin() keeps the table's file for a plugin of that name, and removes it with purge", async () => {
  using place = new Place();
  await using handler = place.handler();
  await handler.loadPlugin(save(handler, "notes", notesSource()));
  await add(handler, "mine");
  handler.deletePlugin(1);
  assert(place.has(place.table()));
  const id = save(handler, "notes", notesSource());
  await handler.loadPlugin(id);
  assertEquals(await list(handler, id), [{ id: 1, text: "mine" }]);
  handler.deletePlugin(id, { purge: true });
  await waitFor(
    "the file is removed",
    () => !place.has(`${place.database}.plugins/1`),
  );
});

Deno.test("PluginHandler leaves no file of a plugin that never loaded", async () => {
  using place = new Place();
  await using handler = place.handler();
  const code = notesSource().replace(
    "config: {",
    "init() { throw new Error('no') }, config: {",
  );
  save(handler, "notes", code);
  await assertRejects(() => handler.loadPlugin(1));
  assert(!place.has(`${place.database}.plugins/1`));
});

Deno.test("PluginHandler on a database in memory removes the files with itself", async () => {
  const handler = new PluginHandler(":memory:", { isolation: "process" });
  await handler.loadPlugin(save(handler, "notes", notesSource()));
  await add(handler, "mine");
  assertEquals(handler.getServerHooks(1).table!.count(), 1);
  const [file] = openFiles();
  assert(file !== undefined);
  await handler.close();
  await assertRejects(() => Deno.stat(file), Deno.errors.NotFound);
});

/** The table files that this process has open. */
function openFiles(): string[] {
  return [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
    try {
      const file = Deno.readLinkSync(`/proc/self/fd/${name}`);
      return file.endsWith("/table.db") ? [file] : [];
    } catch {
      return [];
    }
  });
}

Deno.test("PluginHandler gives a host on @db/sqlite the same files", async () => {
  using place = new Place();
  using database = new ShapedDatabase(place.database);
  await using handler = new PluginHandler(database, { isolation: "process" });
  await handler.loadPlugin(save(handler, "notes", notesSource()));
  await add(handler, "mine");
  assert(place.has(place.table()));
  assertEquals(await list(handler), [{ id: 1, text: "mine" }]);
});

for (const confinement of ["full", "limits", "none"] as const) {
  Deno.test(`PluginHandler runs transactions and batches with confinement ${confinement}`, async () => {
    using place = new Place();
    await using handler = place.handler({ sandbox: { confinement } });
    const code = notesSource().replace(
      "list: (",
      `add: ({ table }) => {
        const rows = Array.from({ length: 1_200 }, (_, i) => ({ text: "r" + i }));
        return table.insertBatch(rows).changes;
      }, list: (`,
    ).replace(
      "add: ({ table, body }) => table.insert({ text: body.text }).insertId,",
      "",
    )
      .replace('select(["*"]).all()', "count()");
    await handler.loadPlugin(save(handler, "notes", code));
    assertEquals(await add(handler, ""), 1_200);
    assertEquals(await list(handler), 1_200);
  });
}

Deno.test("backup() and restore() take the tables of isolated plugins along", async () => {
  using place = new Place();
  using db = new DB(place.database);
  await using handler = place.handler();
  await handler.loadPlugin(save(handler, "notes", notesSource()));
  await add(handler, "before");
  const copy = db.backup();
  await add(handler, "after");
  await handler.close();
  db.restore(copy);
  await using next = place.handler();
  await next.loadPlugin(1);
  assertEquals(await list(next), [{ id: 1, text: "before" }]);
});
