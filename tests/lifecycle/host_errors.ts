/**
 * Throws an error of the host's own, outside of any plugin, while a handler is
 * open: the process has to end with it.
 *
 * @module
 */
import { PluginHandler } from "../../mod.ts";
import { waitFor } from "../wait_for.ts";

await using handler = new PluginHandler(":memory:");
const { id } = handler.savePlugin({
  name: "late",
  version: "1.0.0",
  repository: "https://github.com/user/late",
  manifest: "https://github.com/user/late/manifest.json",
  author: { name: "Developer" },
  plugin: `export default { config: {
    actions: { late() { setTimeout(() => { throw new Error("the plugin's"); }); } },
    apiRoutes: { "/late": { method: "GET", actions: ["late"] } },
  } };`,
});
await handler.loadPlugin(id!);
await handler.handleRoute(id!, "/late", new Request("http://localhost/late"));
await waitFor("a late error", () => handler.getHealth(id!).lateErrors > 0);
console.log("The host goes on");
if (Deno.args[0] === "rejection") Promise.reject(new Error("the host's"));
else {setTimeout(() => {
    throw new Error("the host's");
  });}
await new Promise((done) => setTimeout(done, 10_000));
