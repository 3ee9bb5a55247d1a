/**
 * The runtime room: the life of a loaded plugin, and what runs it.
 *
 * @module
 */
export type { CallReport } from "./call_stats.ts";
export { Deadline } from "./deadline.ts";
export { fieldsOf } from "./fields.ts";
export { sourceOf } from "./code_intake.ts";
export { HealthBook } from "./health_book.ts";
export type { BoundRoute, LoadedPlugin } from "./loaded_plugin.ts";
export { PluginAssembly } from "./plugin_assembly.ts";
export type { HealthReport, HealthState } from "./plugin_health.ts";
export { PluginLifecycle } from "./plugin_lifecycle.ts";
export { PluginRegistry } from "./plugin_registry.ts";
export type {
  ChainInput,
  DisposeOptions,
  Isolation,
  PluginRunner,
  RunChain,
  RunHook,
} from "./plugin_runner.ts";
export { PluginTables } from "./plugin_tables.ts";
export type { IsolatedPlugin, ProcessPlace } from "./process_place.ts";
export type { PluginTrial } from "./plugin_trial.ts";
export { isThenable } from "./thenable.ts";
