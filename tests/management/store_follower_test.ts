import { assert, assertEquals } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { waitFor } from "../wait_for.ts";

const KEY = "q0mFxKXQ1nZ4cXnJX0o7nqXvJmNYV0m2m3rXG8h4C3Y=";

function manifest(name: string) {
  return {
    name,
    version: "1.0.0",
    description: "Counts",
    repository: `https://github.com/user/${name}`,
    manifest: `https://github.com/user/${name}/manifest.json`,
    author: { name: "User" },
    plugin: `let settings; export default { name: "${name}", config: {
      settings: { size: { type: "number", label: "Size" } },
      apiRoutes: { "/size": { method: "GET", actions: ["size"] } },
      actions: { size: ({ settings }) => settings.size ?? 0 },
    } };`,
  };
}

/** A running agent and somebody else's handler on the same file. */
async function together() {
  const folder = await Deno.makeTempDir();
  const options = { secretsKey: KEY };
  const agent = new PluginHandler(`${folder}/agent.db`, {
    ...options,
    followStoreMs: 50,
  });
  await agent.loadAllPlugins();
  const other = new PluginHandler(`${folder}/agent.db`, options);
  return {
    agent,
    other,
    async [Symbol.asyncDispose]() {
      await other.close();
      await agent.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function sizeOf(agent: PluginHandler, id: number): Promise<unknown> {
  const url = "http://localhost/api/plugins/1/size";
  return await agent.handleRoute(id, "/size", new Request(url))
    .catch((error) => error.code);
}

Deno.test("followStoreMs lets an agent load, configure, unload and load again what others change", async () => {
  await using both = await together();
  const { agent, other } = both;
  const { id } = await other.installPlugin(manifest("counts"));
  await waitFor("it is loaded", () => agent.getLoadedPlugins().includes(id!));
  assertEquals(await sizeOf(agent, id!), 0);

  await other.setSettings(id!, { size: 7 });
  await waitFor("it is configured", async () => await sizeOf(agent, id!) === 7);

  other.disablePlugin(id!);
  await waitFor(
    "it is unloaded",
    () => !agent.getLoadedPlugins().includes(id!),
  );
  other.enablePlugin(id!);
  await waitFor(
    "it is loaded again",
    () => agent.getLoadedPlugins().includes(id!),
  );
  assertEquals(await sizeOf(agent, id!), 7);

  other.deletePlugin(id!);
  await waitFor("it is gone", () => agent.getLoadedPlugins().length === 0);
});

Deno.test("followStoreMs leaves alone what the agent itself does", async () => {
  await using both = await together();
  const { agent, other } = both;
  const { id } = await agent.installPlugin(manifest("counts"));
  // What somebody else does makes it look; the own installation is no news.
  const second = await other.installPlugin(manifest("others"));
  await waitFor(
    "it is loaded",
    () => agent.getLoadedPlugins().includes(second.id!),
  );
  assert(!agent.getLoadedPlugins().includes(id!));
});

Deno.test("followStoreMs ends with the handler, and safe mode follows nothing", async () => {
  const folder = await Deno.makeTempDir();
  await using safe = new PluginHandler(`${folder}/agent.db`, {
    safeMode: true,
    followStoreMs: 20,
  });
  await safe.loadAllPlugins();
  await using other = new PluginHandler(`${folder}/agent.db`);
  await other.installPlugin(manifest("counts"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertEquals(safe.getLoadedPlugins(), []);
  await safe.close();
  await other.close();
  await Deno.remove(folder, { recursive: true });
});
