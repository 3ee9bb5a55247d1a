/**
 * Calling the code of a loaded plugin.
 *
 * @module
 */
export type { CallReport } from "./health/call_stats.ts";
export { actionFailed } from "./chain/chain_errors.ts";
export {
  HealthBook,
  type HealthBookListener,
  type NotedFailure,
} from "./health/health_of_plugins.ts";
export {
  type BoundRoute,
  LoadedPlugin,
  type LoadedPluginParts,
} from "./loaded_plugin.ts";
export {
  type FailureKind,
  hostsTrouble,
  type PluginFailure,
  shortMessageOf,
} from "./health/plugin_failure.ts";
export type { HealthReport, HealthState } from "./health/plugin_health.ts";
export type { TimeLimits } from "./time_limits.ts";
export { type AskedPlugin, unavailable } from "./unavailable.ts";
export { PluginRegistry } from "./plugin_registry.ts";
export type {
  ChainInput,
  DisposeOptions,
  Isolation,
  PluginRunner,
  RunChain,
  RunHook,
} from "./plugin_runner.ts";
export type { IsolatedPlugin, ProcessPlace } from "./isolated_plugins.ts";
export {
  settingIssue,
  settingProblem,
  type StoredSettings,
} from "./settle_settings.ts";
export {
  EMITS_PER_SECOND,
  MAX_EMITTED,
  PluginEmitter,
} from "./plugin_emitter.ts";
