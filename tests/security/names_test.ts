/** Names that an address, a log or a person takes for something else. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { nameProblem } from "../../src/plugin/plugin_name.ts";
import { demoManifest } from "../install/manifests.ts";
import { inMemory, rowOf, versionSource } from "../management/market.ts";

const REFUSED = [
  "",
  " ",
  "1",
  "02",
  "٣",
  ".",
  "..",
  "a/b",
  "/a",
  "@a/",
  "@/a",
  "@a/b/c",
  "@a/..",
  "@./b",
  "a\\b",
  "a?b",
  "a#b",
  "a\nb",
  "a\0",
  "\x7f",
  "a\u202Eb",
  "a\u2066b",
  "a\u200Bb",
  "a\u200Db",
  "\uFEFFa",
  "a\u00ADb",
  "a\u3164",
  "\uD800",
  "a\uDC00b",
  " a",
  "a ",
  "a\u2028b",
  "ü".repeat(101),
  "x".repeat(201),
];

const ACCEPTED = [
  "a",
  "1a",
  "demo-plugin",
  "@scope/name",
  "@a",
  "Größe 5",
  "日本語",
  "a.b",
  "...",
  "constructor",
  "__proto__x",
  "toString",
  "a%2fb",
  "ü".repeat(100),
];

Deno.test("savePlugin() and the installer refuse names that mislead", async () => {
  await using handler = inMemory({ install: { trial: false } });
  for (const name of REFUSED) {
    const row = rowOf(name, versionSource("1.0.0"));
    const what = JSON.stringify(name);
    assertEquals(handler.savePlugin(row).cause?.code, "INVALID_PLUGIN", what);
    const { cause } = await handler.installPlugin(demoManifest({ name }));
    assertEquals(cause?.code, "INVALID_MANIFEST", what);
  }
  assertEquals(handler.getAll(), []);
});

Deno.test("savePlugin() takes every other name, and the plugin works", async () => {
  await using handler = inMemory();
  for (const name of ACCEPTED) {
    const { success, id, error } = handler.savePlugin(
      rowOf(name, versionSource("1.0.0")),
    );
    assert(success, error);
    await handler.loadPlugin(id);
    const path = `/plugins/${encodeURIComponent(name)}/routes/version`;
    const response = await handler.fetch(new Request(`http://x${path}`));
    assertEquals([name, response.status], [name, 200]);
    await response.body?.cancel();
  }
});

Deno.test("a name that is accepted is one segment, or two of a scope", () => {
  const name = fc.string({ unit: "binary", maxLength: 40 });
  fc.assert(
    fc.property(name, (name) => {
      if (nameProblem(name) !== undefined) return;
      const url = new URL(
        `http://x/plugins/${encodeURIComponent(name)}/routes/y`,
      );
      assertEquals(decodeURIComponent(url.pathname.split("/")[2]!), name);
      assert(name.isWellFormed() && !/[\p{Cc}\p{Cf}]/u.test(name));
      assert(new TextEncoder().encode(name).length <= 200);
      assert(!/^[0-9]+$/.test(name));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a row that is stored already under such a name loads with a warning", async () => {
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database);
  handler.savePlugin(rowOf("first", versionSource("first")));
  const insert = database.prepare(`INSERT INTO plugins
    (author, manifest, name, plugin, repository, repoType, version)
    VALUES ('{}', 'm', ?, ?, 'r', 'default', '1')`);
  for (const name of ["1", "..", "a/b"]) insert.run(name, versionSource(name));
  await handler.loadAllPlugins();
  assertEquals(handler.getLoadedPlugins(), [1, 2, 3, 4]);
  const { warnings } = handler.getStatus();
  assertEquals(warnings.length, 3);
  for (const [at, warning] of warnings.entries()) {
    assertStringIncludes(warning, `reach it by its id, ${at + 2}`);
  }
  for (const [id, text] of [[1, "first"], [2, "1"], [3, ".."], [4, "a/b"]]) {
    const url = `http://x/plugins/${id}/routes/version`;
    const response = await handler.fetch(new Request(url));
    assertEquals(await response.text(), text);
  }
  handler.unloadPlugin(1);
  const gone = await handler.fetch(
    new Request("http://x/plugins/1/routes/version"),
  );
  assertEquals(gone.status, 409);
  await gone.body?.cancel();
});
