/**
 * Uses the library on a database file: installs from the given manifests,
 * loads, calls a route and a hook, and restarts. Says how far it got.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals } from "@std/assert";

const [path, ...manifests] = Deno.args;
{
  await using handler = new PluginHandler(path!);
  for (const manifest of manifests) {
    const { success, error } = await handler.installFromManifestLink(manifest);
    assertEquals([success, error], [true, undefined]);
  }
}

await using handler = new PluginHandler(path!);
const { successes, errors } = await handler.loadAllPlugins();
assertEquals(errors, []);
for (const id of successes) {
  const { failed } = await handler.emit("onContainerStart", { name: "web" });
  assertEquals(failed, []);
  await handler.handleRoute(id, "/notes", new Request("http://localhost/"));
}
console.log(`${successes.length} plugins work`);
