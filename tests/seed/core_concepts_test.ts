import { PluginHandler } from "@dockstat/plugin-handler";
import type { DBPluginSchema } from "@dockstat/plugin-handler";
import { assertEquals } from "@std/assert";
import { captureLogs } from "./capture_logs.ts";
import type { DBPluginSchema as SeedSchema } from "./handler/plugin_schema.ts";
import { bundle, store } from "./stored_plugins.ts";
import { hostDatabase } from "../sqlite/host_database.ts";

Deno.test("seed's plugin structure saves, lists and logs", async () => {
  using logs = captureLogs();
  await using handler = new PluginHandler(hostDatabase());
  const source = new URL("handler/plugin_structure.js", import.meta.url);
  const id = store(handler, "example-plugin", await bundle(source));
  const { id: set, name } = await handler.loadPlugin(id);
  assertEquals([set, name], [id, "example-plugin"]);

  const url = "http://localhost/";
  const saved = await handler.handleRoute(
    id,
    "/save",
    new Request(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ data: { cpu: [1, 2] } }),
    }),
  );
  assertEquals(saved, { success: true });
  assertEquals(await handler.handleRoute(id, "/status", new Request(url)), [
    { id: 1, data: { cpu: [1, 2] } },
  ]);

  for (const event of ["onContainerStart", "onContainerStop"]) {
    const { delivered } = await handler.emit(event, { id: "f00d" });
    assertEquals(delivered, 1);
  }
  assertEquals(logs.lines, [
    "debug Validating data",
    "info Container started: f00d",
    "info Container stopped: f00d",
  ]);
});

Deno.test("seed's row of a plugin is what the handler saves and hands out", async () => {
  await using handler = new PluginHandler(hostDatabase());
  const row: SeedSchema = {
    id: 7,
    repoType: "gitlab",
    name: "example-plugin",
    description: "An example",
    tags: ["a", "b"],
    version: "1.0.0",
    repository: "https://gitlab.com/user/plugin",
    manifest: "https://gitlab.com/user/plugin/manifest.json",
    author: { name: "Developer" },
    plugin: "export default {};",
  };
  const { id } = handler.savePlugin(row as DBPluginSchema);
  const { plugin: _, ...rest } = row;
  assertEquals<unknown>(handler.getAll(), [{
    ...rest,
    id,
    state: "registered",
  }]);
});
