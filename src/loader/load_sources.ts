/**
 * Loads plugins from their stored source.
 *
 * @module
 */
import { prepareSource } from "./source/prepare_source.ts";
import type { PluginSource } from "./importer/plugin_importer.ts";
import type {
  LoadedModule,
  PluginLoader,
  PreparedPlugin,
} from "./plugin_loader.ts";

/** Makes source ready for {@linkcode PluginLoader.load}; it never rejects. */
export async function preparePlugin(
  source: PluginSource,
): Promise<PreparedPlugin> {
  const { id, name, version } = source;
  const plugin = { id, name, version };
  try {
    return { source: plugin, module: await prepareSource(source) };
  } catch (error) {
    return { source: plugin, error };
  }
}

/**
 * Prepares and loads plugins, as {@linkcode PluginLoader.load} does.
 *
 * @param loader What loads them.
 * @param sources What to load.
 * @returns One promise for each source, in order; none need be handled.
 */
export function loadSources(
  loader: PluginLoader,
  sources: readonly PluginSource[],
): Promise<LoadedModule>[] {
  const loading = Promise.all(sources.map(preparePlugin))
    .then((plugins) => loader.load(plugins));
  return sources.map((_, place) => {
    const loaded = loading.then((promises) => promises[place]!);
    loaded.catch(() => {});
    return loaded;
  });
}
