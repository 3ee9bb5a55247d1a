/**
 * Loads plugins from their stored source.
 *
 * @module
 */
import { prepareSource } from "./source/prepare_source.ts";
import type { PluginSource } from "./importer/plugin_importer.ts";
import type { ImportedPlugin, PluginLoader } from "./plugin_loader.ts";

/**
 * Prepares and loads plugins, as {@linkcode PluginLoader.load} does.
 *
 * @returns One promise for each source, in order; none need be handled.
 */
export function loadSources(
  loader: PluginLoader,
  sources: readonly PluginSource[],
): Promise<ImportedPlugin>[] {
  const loading = loadTogether(loader, sources);
  return sources.map((_, place) => {
    const loaded = loading.then((promises) => promises[place]!());
    loaded.catch(() => {});
    return loaded;
  });
}

async function loadTogether(
  loader: PluginLoader,
  sources: readonly PluginSource[],
): Promise<(() => Promise<ImportedPlugin>)[]> {
  const prepared = await Promise.allSettled(sources.map(prepareSource));
  const ready = prepared.flatMap((it) =>
    it.status === "fulfilled" ? [it.value] : []
  );
  const imported = loader.load(ready).values();
  return prepared.map((it) => {
    if (it.status === "rejected") return () => Promise.reject(it.reason);
    const { value } = imported.next();
    return () => value!;
  });
}
