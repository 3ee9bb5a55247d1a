import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { actionsSource, get, inMemory, save } from "./plugins.ts";

/** What a host has out of a URL. */
const text = "1" as unknown as number;

Deno.test("every method finds a plugin by an id that is a string", async () => {
  await using handler = inMemory();
  save(handler, "plugin", actionsSource({ one: "() => 1" }));
  assertEquals((await handler.loadPlugin(text)).id, 1);
  assertEquals(await handler.handleRoute(text, "/one", get()), 1);
  assert(handler.getServerHooks(text) !== undefined);
  assertEquals(handler.getHealth(text).state, "active");
  assertEquals(handler.hasFrontendRoutes(text), false);
  assertEquals((await handler.reloadPlugin(text)).id, 1);
  assertEquals(handler.unloadPlugin(text), true);
  assertEquals((await handler.loadPlugins([text])).successes, [1]);
  assertEquals(handler.unloadPlugins([text]).successes, [1]);
  assertEquals(handler.disablePlugin(text).success, true);
  assertEquals(handler.enablePlugin(text).id, 1);
  const [row] = handler.getAll();
  const update = {
    ...row!,
    id: text,
    name: "renamed",
    plugin: "export default { config: {} };",
  };
  assertEquals(handler.savePlugin(update, true).id, 1);
  assertEquals(handler.getAll()[0]!.name, "renamed");
  assertEquals(handler.deletePlugin(text).success, true);
});

Deno.test("a string that is no id finds nothing", async () => {
  await using handler = inMemory();
  const id = save(handler, "plugin", actionsSource({ one: "() => 1" }));
  await handler.loadPlugin(id);
  for (const none of ["01", "+1", "1.0", "0x1", " 1", "", "one", "-1"]) {
    const { successes } = await handler.loadPlugins([none as never]);
    assertEquals(successes, [], none);
    assertEquals(handler.getServerHooks(none as never), undefined);
  }
});

Deno.test("fetch() works when it is handed on by itself", async () => {
  await using handler = inMemory();
  const id = save(
    handler,
    "plugin",
    actionsSource({ one: "() => ({ n: 1 })" }),
  );
  await handler.loadPlugin(id);
  const { fetch } = handler;
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    fetch,
  );
  const url = `http://127.0.0.1:${server.addr.port}/plugins/1/routes/one`;
  const response = await globalThis.fetch(url);
  assertEquals(await response.json(), { n: 1 });
});

Deno.test("the message of a failed result holds the reason", async () => {
  await using handler = inMemory();
  save(handler, "plugin", actionsSource({ one: "() => 1" }));
  const missing = "http://127.0.0.1:9/manifest.json";
  const results = {
    "no such plugin": handler.deletePlugin(9),
    "is stored as 1": handler.savePlugin({
      ...handler.getAll()[0]!,
      plugin: "export default { config: {} };",
    }),
    "is missing": handler.savePlugin({} as never),
    "9.9.9": await handler.rollbackPlugin(1, "9.9.9"),
    [missing]: await handler.installFromManifestLink(missing),
  };
  for (const [reason, result] of Object.entries(results)) {
    assertEquals(result.success, false);
    assertStringIncludes(result.message, reason);
    assert(result.message.length >= result.error!.length);
  }
});

Deno.test("savePlugin() says in words that a name is taken", () => {
  using db = new DatabaseSync(":memory:");
  const handler = new PluginHandler(db);
  save(handler, "first", "export default { config: {} };");
  save(handler, "second", "export default { config: {} };");
  const [first] = handler.getAll();
  const renamed = { ...first!, name: "second", plugin: "export default {};" };
  const result = handler.savePlugin(renamed, true);
  assertMatch(result.message, /"first" cannot take this name.*plugin 2 has it/);
  assertEquals(/UNIQUE|UPDATE|SQL/i.test(result.message), false);
  assertEquals(handler.getAll().map(({ name }) => name), ["first", "second"]);
});

Deno.test("loadAllPlugins() hands out the errors themselves", async () => {
  await using handler = inMemory();
  save(handler, "broken", `throw new RangeError("at the top");`);
  const { errors } = await handler.loadAllPlugins();
  assertStringIncludes(errors[0]!.error, "Could not load 1 - ");
  assertInstanceOf(errors[0]!.cause, PluginError);
  assertInstanceOf((errors[0]!.cause as PluginError).cause, RangeError);
});
