import { assert, assertEquals, assertRejects } from "@std/assert";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";

const manifest = {
  name: "checks",
  version: "1.0.0",
  description: "Checks addresses",
  repository: "https://github.com/user/checks",
  manifest: "https://github.com/user/checks/manifest.json",
  author: { name: "User" },
  permissions: { net: ["example.com"] },
  plugin: `globalThis.__previewed = true;
    export default { config: {
      table: { name: "checks", columns: { id: { type: "INTEGER" } } },
      apiRoutes: { "/checks": { method: ["GET", "POST"], actions: ["a"] } },
      actions: { a: () => 1 },
    }, events: { onContainerStart() {} } };`,
};

Deno.test("previewInstall() shows what would be stored, and stores nothing", async () => {
  await using handler = new PluginHandler(":memory:");
  const preview = await handler.previewInstall(manifest);

  assertEquals(preview.name, "checks");
  assertEquals(preview.permissions, { net: ["example.com"] });
  assertEquals(preview.contributions?.routes, ["GET /checks", "POST /checks"]);
  assertEquals(preview.contributions?.tables, ["checks"]);
  assertEquals(preview.contributions?.hooks, ["onContainerStart"]);
  assertEquals(preview.problems, []);
  assertEquals(preview.installed, undefined);
  assertEquals(handler.getAll(), []);
  assert(!("__previewed" in globalThis));
});

Deno.test("previewInstall() says what an update would ask for, and why it would be refused", async () => {
  await using handler = new PluginHandler(":memory:");
  const installed = await handler.installPlugin(manifest);
  assert(installed.success, installed.message);
  const next = await handler.previewInstall({
    ...manifest,
    version: "1.1.0",
    plugin: `${manifest.plugin}\n`,
    permissions: { net: ["example.com"], env: ["HOME"] },
  });
  const older = await handler.previewInstall({
    ...manifest,
    version: "0.9.0",
    plugin: `${manifest.plugin}\n`,
  });

  assertEquals(next.installed, { id: installed.id, version: "1.0.0" });
  assertEquals(next.newPermissions, { env: ["HOME"] });
  assertEquals(next.problems.map(({ code }) => code), ["PERMISSION_REQUIRED"]);
  assertEquals(older.problems.map(({ code }) => code), ["INVALID_MANIFEST"]);
});

Deno.test("previewInstall() says that code does not load", async () => {
  await using handler = new PluginHandler(":memory:");
  const { problems } = await handler.previewInstall({
    ...manifest,
    plugin: "export default 7",
  });

  assertEquals(problems.map(({ code }) => code), ["INVALID_PLUGIN"]);
});

Deno.test("previewInstall() rejects what is no manifest", async () => {
  await using handler = new PluginHandler(":memory:");
  for (const source of [undefined, 7, {}, "no url"]) {
    await assertRejects(() => handler.previewInstall(source), PluginError);
  }
});
