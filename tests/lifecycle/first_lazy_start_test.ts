import { DatabaseSync } from "node:sqlite";
import { type PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { actionsSource, get, notesSource, save } from "../handler/plugins.ts";

/** What ran in this process, by the names of the plugins. */
const ran: string[] = [];
Reflect.set(globalThis, "firstLazyStart", ran);

/** A plugin that tells where its code runs, and works in any process. */
function telling(name: string, source: string): string {
  return `globalThis.firstLazyStart?.push("${name}"); ${source}`;
}

function openLazy(db: DatabaseSync): PluginHandler {
  return new PluginHandler(db, { activation: "lazy" });
}

Deno.test("saving runs no code, and the first lazy start after it imports nothing", async () => {
  using db = new DatabaseSync(":memory:");
  ran.length = 0;
  await using handler = openLazy(db);
  const plain = save(
    handler,
    "plain",
    telling("plain", actionsSource({ one: "() => 1" })),
  );
  const notes = save(handler, "notes", telling("notes", notesSource("notes")));
  assertEquals(ran, []);

  assertEquals((await handler.loadAllPlugins()).successes, [plain, notes]);
  assertEquals(ran, []);
  assertEquals(handler.getAllPluginRoutes().map(({ plugin }) => plugin), [
    "plain",
    "notes",
  ]);
  // Its table is there before its code is.
  assertEquals(handler.getServerHooks(notes).table!.count(), 0);

  assertEquals(await handler.handleRoute(plain, "/one", get()), 1);
  assertEquals(ran, ["plain"]);
});

Deno.test("a plugin that cannot be described is loaded, and says what is wrong", async () => {
  using db = new DatabaseSync(":memory:");
  ran.length = 0;
  await using handler = openLazy(db);
  const broken = save(handler, "broken", "export default {{");
  const host = save(
    handler,
    "host",
    telling(
      "host",
      `Deno.env.get("HOME"); ${actionsSource({ one: "() => 1" })}`,
    ),
  );
  const { successes, errors } = await handler.loadAllPlugins();
  assertEquals(successes, [host]);
  assertEquals(errors.map(({ pluginId }) => pluginId), [broken]);
  assertStringIncludes(errors[0]!.error, "Cannot load plugin");
  assertEquals(ran, ["host"]);
});

Deno.test("a plugin whose import does not end is not imported into the host", async () => {
  using db = new DatabaseSync(":memory:");
  ran.length = 0;
  await using handler = new PluginHandler(db, {
    activation: "lazy",
    loadTimeoutMs: 500,
  });
  const endless = save(
    handler,
    "endless",
    telling("endless", `while (globalThis.firstLazyStart === undefined);`),
  );
  const { errors } = await handler.loadAllPlugins();
  assertEquals(errors.map(({ pluginId }) => pluginId), [endless]);
  assertEquals((errors[0]!.cause as PluginError).code, "LOAD_TIMEOUT");
  assertEquals(ran, []);
  assertEquals(handler.getHealth(endless).state, "failed");
});

Deno.test("two plugins of the same code do not get the same table", async () => {
  using db = new DatabaseSync(":memory:");
  await using handler = openLazy(db);
  const first = save(handler, "first", notesSource("notes"));
  const second = save(handler, "second", notesSource("notes"));
  const { successes, errors } = await handler.loadAllPlugins();
  assertEquals(successes, [first]);
  assertEquals(errors.map(({ pluginId }) => pluginId), [second]);
  assertStringIncludes(errors[0]!.error, "first");
});

Deno.test("a plugin that asks for a start at once is loaded at the first lazy start", async () => {
  using db = new DatabaseSync(":memory:");
  ran.length = 0;
  await using handler = openLazy(db);
  const source = actionsSource({ one: "() => 1" })
    .replace("export default {", 'export default { activation: "startup",');
  save(handler, "early", telling("early", source));
  await handler.loadAllPlugins();
  assertEquals(ran, ["early"]);
});

Deno.test("the first lazy start imports where no process can be started", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  ran.length = 0;
  await using handler = openLazy(db);
  save(handler, "plain", telling("plain", actionsSource({ one: "() => 1" })));
  await handler.loadAllPlugins();
  assertEquals(ran, ["plain"]);
});
