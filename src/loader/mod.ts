/**
 * The loader: stored source in, checked definitions out.
 *
 * @module
 */
export { environment } from "./source/environment.ts";
export { createImporter } from "./importer/create_importer.ts";
export type { LateError, LateErrorListeners } from "./late_errors.ts";
export {
  definitionOf,
  type ReadDefinition,
} from "./definition/plugin_definition.ts";
export type {
  ImportedModule,
  ImporterName,
  ModuleNamespace,
  PluginImporter,
  PluginSource,
  PreparedSource,
  SourceLanguage,
} from "./importer/plugin_importer.ts";
export {
  type ImportedPlugin,
  PluginLoader,
  type PluginLoaderOptions,
} from "./plugin_loader.ts";
export { loadSources } from "./load_sources.ts";
export { prepareSource } from "./source/prepare_source.ts";
