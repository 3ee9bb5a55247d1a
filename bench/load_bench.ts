/**
 * What loading a plugin costs beside importing its module by hand. How the cost
 * grows with the number of plugins is in `load_scaling.ts`, since every import
 * of a process makes the next one dearer.
 *
 * @module
 */
import { PluginHandler } from "../mod.ts";

const COUNT = 50;
const CODE = `export default {
  config: {
    apiRoutes: { "/status": { method: "GET", actions: ["answer"] } },
    actions: { answer: () => ({ ok: true }) },
  },
};`;

const handler = new PluginHandler(":memory:");
const ids = Array.from({ length: COUNT }, (_, index) => {
  const { id } = handler.savePlugin({
    name: `bench-${index}`,
    version: "1.0.0",
    repository: "https://example.com",
    manifest: "https://example.com/manifest.json",
    author: { name: "bench" },
    plugin: CODE,
  });
  return id!;
});

function blobUrl(code: string): string {
  return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
}

async function importAll(): Promise<void> {
  const urls = ids.map(() => blobUrl(CODE));
  const thunks = urls.map((url) => `() => import("${url}")`).join(",");
  const batch = blobUrl(`export default [${thunks}];`);
  const { default: all } = await import(batch);
  await Promise.all(all.map((thunk: () => unknown) => thunk()));
  for (const url of [...urls, batch]) URL.revokeObjectURL(url);
}

Deno.bench({
  name: `import ${COUNT} modules by hand`,
  group: "load",
  baseline: true,
  n: 20,
  fn: importAll,
});

Deno.bench({
  name: `loadPlugins() with ${COUNT} plugins`,
  group: "load",
  n: 20,
  async fn(bench) {
    bench.start();
    await handler.loadPlugins(ids);
    bench.end();
    handler.unloadAllPlugins();
  },
});
