/**
 * Makes stored source text ready to be imported.
 *
 * @module
 */
import type { ModuleSource, PluginSource } from "./plugin_importer.ts";

/** Text that may be the specifier of a module that has to be fetched. */
const MAY_REACH_OUT = /\bimport\b|\bfrom\b/;

/**
 * Makes source text ready to be imported. Text that does not parse is left as
 * it is, for the runtime to say what is wrong with it.
 *
 * @param source The stored source.
 * @returns What to import.
 */
export function prepareSource(source: PluginSource): ModuleSource {
  const { code, language } = source;
  return { code, language, reachesOut: MAY_REACH_OUT.test(code) };
}
