import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { DB } from "@dockstat/plugin-handler/sqlite";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  assertOnlyNeighbour,
  COUNTER,
  get,
  notesSource,
  rowOf,
  save,
  withNeighbour,
} from "./plugins.ts";

Deno.test("methods of a handler say that its database is closed", {
  permissions: "none",
}, async () => {
  const handler = await withNeighbour();
  await handler.close();

  const saved = handler.savePlugin(rowOf("late", COUNTER));
  assertEquals([saved.success, saved.cause?.code], [false, "STORE_FAILED"]);
  const deleted = handler.deletePlugin(1);
  assertEquals([deleted.success, deleted.cause?.code], [false, "STORE_FAILED"]);
  const thrown = assertThrows(() => handler.getAll(), PluginError);
  assertEquals(thrown.code, "STORE_FAILED");
  await assertRejects(() => handler.loadPlugin(1), PluginError, "open it");
});

Deno.test(
  "close() can be called twice, and leaves a database of the host open",
  {
    permissions: "none",
  },
  async () => {
    using db = new DatabaseSync(":memory:");
    const handler = new PluginHandler(db);
    save(handler, "counter", COUNTER);
    await Promise.all([handler.close(), handler.close()]);
    assertEquals(db.prepare("SELECT name FROM plugins").all().length, 1);
  },
);

Deno.test(
  "a loaded plugin goes on when the host closes the database under it",
  {
    permissions: "none",
  },
  async () => {
    const db = new DB(":memory:");
    await using handler = new PluginHandler(db);
    const counter = save(handler, "counter", COUNTER);
    const notes = save(handler, "notes", notesSource());
    await handler.loadAllPlugins();
    db.close();

    const error = await assertRejects(
      () => handler.handleRoute(notes, "/notes", get()),
      PluginError,
    );
    assertEquals(error.code, "ACTION_FAILED");
    const answer = await handler.handleRoute(counter, "/count", get());
    assertEquals((answer as { count: number }).count, 1);
  },
);

Deno.test(
  "a handler on a read-only database loads and answers, and refuses to save",
  {
    permissions: { read: true, write: true },
  },
  async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/plugins.db`;
    try {
      const writing = await withNeighbour({}, path);
      await writing.emit("onContainerStart", { name: "web" });
      await writing.close();

      using db = new DatabaseSync(path, { readOnly: true });
      await using handler = new PluginHandler(db);
      const saved = handler.savePlugin(rowOf("late", COUNTER));
      assertEquals([saved.success, saved.cause?.code], [false, "STORE_FAILED"]);
      assertEquals(handler.deletePlugin(1).success, false);
      assertEquals(handler.getAll().length, 1);
      await handler.loadPlugin(1);
      assertEquals(await handler.handleRoute(1, "/notes", get()), [
        { id: 1, text: "web" },
      ]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test(
  "a handler cannot be made on a read-only database that it never used",
  {
    permissions: { read: true, write: true },
  },
  async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/empty.db`;
    try {
      new DatabaseSync(path).close();
      using db = new DatabaseSync(path, { readOnly: true });
      const error = assertThrows(() => new PluginHandler(db), PluginError);
      assertEquals(error.code, "STORE_FAILED");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("a handler cannot be made on a file that is no database", {
  permissions: { read: true, write: true },
}, async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "This is no database. ".repeat(100));
    const error = assertThrows(() => new PluginHandler(path), PluginError);
    assertEquals(error.code, "STORE_FAILED");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test(
  "deletePlugin() keeps the plugin loaded when the row cannot be deleted",
  {
    permissions: "none",
  },
  async () => {
    using db = new DatabaseSync(":memory:");
    await using handler = await withNeighbour({}, db);
    db.exec(`CREATE TRIGGER keep BEFORE DELETE ON plugins
    BEGIN SELECT RAISE(ABORT, 'kept'); END`);

    const { success, cause } = handler.deletePlugin(1, { purge: true });

    assertEquals([success, cause?.code], [false, "STORE_FAILED"]);
    await assertOnlyNeighbour(handler);
  },
);

Deno.test(
  "savePlugin() keeps the old row whole when the new one cannot be written",
  {
    permissions: "none",
  },
  async () => {
    using db = new DatabaseSync(":memory:");
    await using handler = await withNeighbour({}, db);
    db.exec(`CREATE TRIGGER keep BEFORE UPDATE ON plugins
    BEGIN SELECT RAISE(ABORT, 'kept'); END`);

    const update = rowOf("neighbour", COUNTER, { version: "2.0.0" });
    const { success, cause } = handler.savePlugin(update, true);

    assertEquals([success, cause?.code], [false, "STORE_FAILED"]);
    assertEquals(handler.getAll()[0]?.version, "1.0.0");
    assertEquals(handler.listVersions(1), []);
    await assertOnlyNeighbour(handler);
  },
);
