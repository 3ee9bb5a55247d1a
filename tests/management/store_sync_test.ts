import { assertEquals, assertThrows } from "@std/assert";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { ask, rowOf, versionSource } from "./market.ts";

/** Lets another process do things to the same file. */
async function elsewhere(path: string, ...deeds: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("sync_agent.ts", import.meta.url).href, path]
      .concat(deeds),
    stdout: "null",
    stderr: "piped",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

/** A file with plugins that are loaded. */
async function withLoaded(
  names: readonly string[],
  run: (handler: PluginHandler, path: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await using handler = new PluginHandler(`${directory}/agent.db`);
    for (const name of names) {
      handler.savePlugin(rowOf(name, versionSource("1.0.0")));
    }
    await handler.loadAllPlugins();
    await run(handler, `${directory}/agent.db`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("syncFromStore() catches up with what another process did", () =>
  withLoaded(["a", "b", "c", "d"], async (handler, path) => {
    await elsewhere(
      path,
      "save a 2.0.0",
      "disable b",
      "delete c",
      "save e 1.0.0",
    );
    const changed = [1, 2, 4].map((id) => handler.getHealth(id).changedInStore);
    assertEquals(changed, [true, true, false]);
    assertThrows(() => handler.getHealth(3), PluginError, "no such plugin");
    assertEquals(await ask(handler, 1, "/version"), "1.0.0");

    const { reloaded, unloaded, errors } = await handler.syncFromStore();
    assertEquals([reloaded, unloaded.sort(), errors], [[1], [2, 3], []]);
    assertEquals(await ask(handler, 1, "/version"), "2.0.0");
    assertEquals(handler.getLoadedPlugins().sort(), [1, 4]);
    assertEquals(handler.getHealth(1).changedInStore, false);
    assertEquals(handler.getAudit({ limit: 1 })[0]!.actor, "other-agent");
    const again = await handler.syncFromStore();
    assertEquals(again, {
      reloaded: [],
      unloaded: [],
      configured: [],
      restarted: [],
      errors: [],
    });
  }));

Deno.test("syncFromStore() keeps what runs when the changed code does not load", () =>
  withLoaded(["a"], async (handler, path) => {
    await elsewhere(path, "break a 2.0.0");
    const { reloaded, errors } = await handler.syncFromStore();
    assertEquals([reloaded, errors.map(({ pluginId }) => pluginId)], [[], [1]]);
    assertEquals(await ask(handler, 1, "/version"), "1.0.0");
    assertEquals(handler.getHealth(1).changedInStore, true);
  }));
