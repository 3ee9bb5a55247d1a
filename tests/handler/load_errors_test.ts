import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import {
  assertEquals,
  assertExists,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  assertOnlyNeighbour,
  inMemory,
  notesSource,
  save,
  tablesOf,
  withNeighbour,
} from "./plugins.ts";

interface BadSource {
  readonly what: string;
  readonly source: string;
  readonly code: string;
  readonly says: string;
}

const CASES: readonly BadSource[] = [
  {
    what: "its code has a syntax error",
    source: "export default {{",
    code: "LOAD_FAILED",
    says: "bad",
  },
  {
    what: "its code throws at the top level",
    source: `throw new TypeError("no luck");`,
    code: "LOAD_FAILED",
    says: "no luck",
  },
  {
    what: "its code imports what it is not bundled with",
    source: `import x from "./not_there.js"; ${notesSource()}`,
    code: "LOAD_FAILED",
    says: "bundle it with everything that it imports",
  },
  {
    what: "its init() throws",
    source: notesSource().replace(
      "events:",
      `init() { throw new Error("no init"); }, events:`,
    ),
    code: "LOAD_FAILED",
    says: "no init",
  },
  {
    what: "its init() hangs",
    source: notesSource().replace(
      "events:",
      "init: () => new Promise(() => {}), events:",
    ),
    code: "LOAD_TIMEOUT",
    says: "150 ms",
  },
  {
    what: "it exports nothing usable",
    source: "export default 42;",
    code: "INVALID_PLUGIN",
    says: "export",
  },
  {
    what: "it is a CommonJS module",
    source: "module.exports = { name: 'p' };",
    code: "LOAD_FAILED",
    says: "bundle it as an ES module",
  },
  {
    what: "it exports a function",
    source: "export default () => ({ name: 'p' });",
    code: "INVALID_PLUGIN",
    says: "call it, and export what it returns",
  },
  {
    what: "it exports a promise",
    source: "export default Promise.resolve({ name: 'p' });",
    code: "INVALID_PLUGIN",
    says: "export what it resolves to",
  },
  {
    what: "its definition would be awaited forever",
    source: notesSource().replace("events:", "then() {}, events:"),
    code: "INVALID_PLUGIN",
    says: 'a method "then"',
  },
  {
    what: "its init() makes its definition one that would be awaited forever",
    source: notesSource().replace(
      "events:",
      "init() { this.then = () => {}; }, events:",
    ),
    code: "INVALID_PLUGIN",
    says: 'a method "then"',
  },
  {
    what: "its table's name is no identifier",
    source: notesSource("notes; DROP TABLE plugins"),
    code: "INVALID_PLUGIN",
    says: "notes; DROP TABLE plugins",
  },
  {
    what: "its table's name belongs to SQLite",
    source: notesSource("sqlite_notes"),
    code: "INVALID_PLUGIN",
    says: "sqlite_notes",
  },
  {
    what: "its table is the handler's",
    source: notesSource("plugin_handler_meta"),
    code: "INVALID_PLUGIN",
    says: "plugin_handler_meta",
  },
  {
    what: "its table is the plugins' own",
    source: notesSource("plugins"),
    code: "INVALID_PLUGIN",
    says: "plugins",
  },
  {
    what: "its table belongs to another plugin",
    source: notesSource("theirs"),
    code: "TABLE_NAME_TAKEN",
    says: "neighbour",
  },
];

for (const { what, source, code, says } of CASES) {
  Deno.test(`loadPlugin() leaves nothing behind when ${what}`, {
    permissions: "none",
  }, async () => {
    using db = new DatabaseSync(":memory:");
    await using handler = await withNeighbour({}, db);
    const id = save(handler, "bad", source);
    const tables = tablesOf(db);
    // What hangs is loaded beside it: nothing else has to keep to the limit.
    await using impatient = new PluginHandler(db, { loadTimeoutMs: 150 });
    const loading = code === "LOAD_TIMEOUT" ? impatient : handler;

    const error = await assertRejects(
      () => loading.loadPlugin(id),
      PluginError,
    );

    assertEquals([error.code, error.pluginId], [code, id]);
    assertStringIncludes(error.message, says);
    assertEquals(tablesOf(db), tables);
    assertExists(loading.getHealth(id).lastError);
    await assertOnlyNeighbour(handler, { stored: ["neighbour", "bad"] });
  });
}

Deno.test("loadPlugin() keeps what the code threw as the cause", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(handler, "bad", `throw new TypeError("no luck");`);
  const error = await assertRejects(() => handler.loadPlugin(id), PluginError);
  assertEquals((error.cause as Error).message, "no luck");
});

Deno.test("loadPlugin() says what to do when there is no such plugin", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const error = await assertRejects(() => handler.loadPlugin(7), PluginError);
  assertEquals([error.code, error.pluginId], ["PLUGIN_NOT_FOUND", 7]);
  assertStringIncludes(error.message, "getAll()");
});

Deno.test("loadPlugin() refuses a plugin that is loaded", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour();
  const error = await assertRejects(() => handler.loadPlugin(1), PluginError);
  assertEquals(error.code, "PLUGIN_ALREADY_LOADED");
  assertStringIncludes(error.message, "reloadPlugin(1)");
  await assertOnlyNeighbour(handler);
});

Deno.test("loadPlugins() loads the others and reports in the order asked", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const good = save(handler, "good", notesSource("good"));
  const bad = save(handler, "bad", "export default {{");
  const fine = save(handler, "fine", notesSource("fine"));

  const { successes, errors } = await handler.loadPlugins([
    fine,
    99,
    bad,
    good,
  ]);

  assertEquals(successes, [fine, good]);
  assertEquals(errors.map(({ pluginId }) => pluginId), [99, bad]);
  assertStringIncludes(errors[0]!.error, "Could not load 99 - ");
  assertStringIncludes(errors[1]!.error, `Could not load ${bad} - `);
});

Deno.test("loadPlugin() succeeds after the plugin was mended", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(handler, "notes", "export default {{");
  await assertRejects(() => handler.loadPlugin(id), PluginError);
  handler.savePlugin({
    ...handler.getAll()[0]!,
    plugin: notesSource(),
  }, true);
  assertEquals((await handler.loadPlugin(id)).id, id);
});

// In a process of its own: Deno ends one with an error as soon as it has
// nothing else to wait for than a top-level await.
Deno.test("loadPlugin() gives up on a top-level await that never ends", {
  permissions: { read: true, run: true },
}, async () => {
  const script = new URL("hanging_import.ts", import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", script.href],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assertEquals(text.decode(stderr), "");
  assertEquals(text.decode(stdout).trim(), "LOAD_TIMEOUT, nothing is left");
  assertEquals(code, 0);
});
