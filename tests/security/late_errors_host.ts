/**
 * A host whose inline plugin leaves errors behind in every way, prints what it
 * knows of them, and has to reach its end. `without` as the first argument takes
 * away what the runtime has for cheap contexts; a second one says how late errors
 * are dealt with.
 *
 * @module
 */
import { waitFor } from "../wait_for.ts";
import { CODE, isAttributed, WAYS } from "./late_error_ways.ts";

const [how, lateErrors] = Deno.args;
if (how === "without") {
  const { core } = Reflect.get(Deno, Reflect.get(Deno, "internal"));
  Reflect.deleteProperty(core, "setAsyncContext");
}
const { PluginHandler } = await import("../../mod.ts");

const handler = new PluginHandler(":memory:", {
  quarantineAfter: 0,
  ...(lateErrors === "throw" ? { lateErrors } : {}),
});
const id = handler.savePlugin({
  name: "late",
  version: "1.0.0",
  repository: "https://github.com/user/late",
  manifest: "https://github.com/user/late/manifest.json",
  author: { name: "Developer" },
  plugin: CODE,
}).id!;
await handler.loadPlugin(id);

const counts: Record<string, number> = {};
for (const way of Object.keys(WAYS)) {
  for (const from of ["action", "hook"]) {
    const before = handler.getHealth(id).lateErrors;
    if (from === "hook") await handler.emit("e", way);
    else {
      const request = new Request(`http://localhost/?way=${way}`);
      await handler.handleRoute(id, "/leave", request);
    }
    // What is not attributed is not counted, however late it comes.
    if (isAttributed(way) && how === "with") {
      await waitFor(way, () => handler.getHealth(id).lateErrors > before);
    } else await nap();
    counts[`${way} of a ${from}`] = handler.getHealth(id).lateErrors - before;
  }
}
console.log(JSON.stringify(counts));

// From here on every way goes on by itself, every few milliseconds.
await handler.emit("forever", Object.keys(WAYS));
await nap();
handler.unloadPlugin(id);
await nap();
console.log("unloaded");
await handler.close();
await nap();
console.log("closed");
Deno.exit(0);

function nap(): Promise<void> {
  return new Promise((done) => setTimeout(done, 60));
}
