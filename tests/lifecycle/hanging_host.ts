/**
 * Loads 600 plugins after one that imports from a server which never answers.
 *
 * @module
 */
import { PluginHandler } from "../../mod.ts";
import { waitFor } from "../wait_for.ts";

const asked = Promise.withResolvers<void>();
const answer = Promise.withResolvers<Response>();
await using server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  () => {
    asked.resolve();
    return answer.promise;
  },
);
await using handler = new PluginHandler(":memory:");

function save(name: string, plugin: string): void {
  handler.savePlugin({
    name,
    version: "1.0.0",
    repository: `https://github.com/user/${name}`,
    manifest: `https://github.com/user/${name}/manifest.json`,
    author: { name: "Developer" },
    plugin,
  });
}

save("remote", `import "http://127.0.0.1:${server.addr.port}/x.js";`);
for (let index = 0; index < 600; index++) {
  save(`p${index}`, `export default { config: {} };//${index}`);
}
const loading = handler.loadAllPlugins();
await asked.promise;
await waitFor("600 are loaded", () => handler.getLoadedPlugins().length >= 600);
handler.unloadPlugin(1);
const { successes, errors } = await loading;
console.log(`${successes.length} loaded; ${errors[0]?.error}`);
answer.resolve(
  new Response("", { headers: { "content-type": "text/javascript" } }),
);
