import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { COUNTER, get, notesSource, post, save } from "./plugins.ts";

/** Runs something on each of two handlers that use one file in turn. */
async function restarted(
  before: (handler: PluginHandler) => Promise<void> | void,
  after: (handler: PluginHandler) => Promise<void> | void,
  between: (path: string) => void = () => {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/plugins.db`;
  try {
    {
      await using handler = new PluginHandler(path);
      await before(handler);
    }
    between(path);
    {
      await using handler = new PluginHandler(path);
      await after(handler);
    }
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(files, ["plugins.db"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const files: Deno.TestDefinition["permissions"] = { read: true, write: true };

Deno.test("plugins and their rows are there after a restart", {
  permissions: files,
}, () =>
  restarted(async (handler) => {
    const id = save(handler, "notes", notesSource());
    await handler.loadPlugin(id);
    await handler.handleRoute(id, "/add", post({ text: "kept" }));
  }, async (handler) => {
    assertEquals(await handler.loadAllPlugins(), {
      successes: [1],
      errors: [],
      skipped: [],
    });
    assertEquals(await handler.handleRoute(1, "/notes", get()), [
      { id: 1, text: "kept" },
    ]);
  }));

Deno.test("disablePlugin() holds across restarts until enablePlugin()", {
  permissions: files,
}, () =>
  restarted(async (handler) => {
    const id = save(handler, "counter", COUNTER);
    await handler.loadPlugin(id);
    assertEquals(handler.disablePlugin(id, "too loud").success, true);
    assertEquals(handler.getLoadedPlugins(), []);
  }, async (handler) => {
    const { state, reason } = handler.getHealth(1);
    assertEquals([state, reason], ["disabled", "too loud"]);
    assertEquals(await handler.loadAllPlugins(), {
      successes: [],
      errors: [],
      skipped: [{ pluginId: 1, reason: "disabled: too loud" }],
    });
    const error = await assertRejects(() => handler.loadPlugin(1), PluginError);
    assertEquals(error.code, "PLUGIN_DISABLED");
    assertStringIncludes(error.message, "too loud");
    assertStringIncludes(error.message, "enablePlugin(1)");

    assertEquals(handler.enablePlugin(1).success, true);
    assertEquals((await handler.loadAllPlugins()).successes, [1]);
  }));

Deno.test(
  "a plugin whose code was changed behind the handler's back is not run",
  {
    permissions: files,
  },
  () =>
    restarted((handler) => {
      save(handler, "counter", COUNTER);
      save(handler, "notes", notesSource());
    }, async (handler) => {
      const { successes, errors } = await handler.loadAllPlugins();
      assertEquals(successes, [2]);
      assertEquals(errors.map(({ pluginId }) => pluginId), [1]);
      const error = await assertRejects(
        () => handler.loadPlugin(1),
        PluginError,
      );
      assertEquals(error.code, "INTEGRITY_MISMATCH");
      assertStringIncludes(error.message, "install it again");
      assertEquals(Reflect.has(globalThis, "tampered"), false);
    }, (path) => {
      using db = new DatabaseSync(path);
      db.exec(
        `UPDATE plugins SET plugin = 'globalThis.tampered = true;' || plugin
      WHERE id = 1`,
      );
    }),
);
