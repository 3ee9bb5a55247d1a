import { assertEquals } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";

Deno.test("a full disk fails what is written, and leaves what was there", async () => {
  const path = await Deno.makeTempFile({ suffix: ".db" });
  await using handler = new PluginHandler(path);
  const row = (name: string, code = "") => ({
    name,
    version: "1.0.0",
    description: "Small",
    repository: "https://github.com/user/small",
    repoType: "github" as const,
    manifest: "manifest.json",
    author: { name: "User" },
    tags: [],
    plugin: `export default { config: {
      apiRoutes: { "/x": { method: "GET", actions: ["x"] } },
      actions: { x: () => "still here" },
    } }; // ${code}`,
  });
  const { id } = handler.savePlugin(row("small"));
  await handler.loadAllPlugins();
  const { driver } = handler.database;
  const { page_count } = driver.get("PRAGMA page_count")!;
  // As SQLite sees a disk with no room for another page.
  driver.get(`PRAGMA max_page_count = ${page_count}`);

  const saved = handler.savePlugin(row("large", "x".repeat(200_000)));
  assertEquals(saved.success, false);
  if (!saved.success) assertEquals(saved.cause.code, "STORE_FAILED");
  assertEquals(handler.getAll().map(({ name }) => name), ["small"]);
  const answer = await handler.handleRoute(
    id!,
    "/x",
    new Request("http://localhost/"),
  );
  assertEquals(answer, "still here");
  driver.get("PRAGMA max_page_count = 1000000");
  assertEquals(handler.savePlugin(row("large")).success, true);
  await handler.close();
  await Deno.remove(path);
});
