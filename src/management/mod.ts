/**
 * The management room: what operators do to plugins, and what they can ask.
 *
 * @module
 */
export type {
  OperationFailure,
  OperationResult,
  OperationSuccess,
} from "./operation_result.ts";
export { type ActorOptions, PluginAudit } from "./plugin_audit.ts";
export {
  effectivePermissions,
  PermissionGrants,
  type PermissionReport,
} from "./permission_grants.ts";
export { PluginDecisionMaker } from "./plugin_decisions.ts";
export { PluginGuard } from "./plugin_guard.ts";
export { InstallTrial } from "./install_trial.ts";
export {
  type InstallCallOptions,
  type InstallPluginOptions,
  PluginInstaller,
} from "./plugin_installer.ts";
export { PluginManager } from "./plugin_manager.ts";
export {
  type PluginSignatureState,
  type PluginStatus,
  PluginStatusReader,
} from "./plugin_status.ts";
export type { SuccessionFlags, UpdateSettings } from "./succession.ts";
export { PluginUpdater, type UpdateOptions } from "./plugin_updater.ts";
export { StoreSync, type SyncResult } from "./store_sync.ts";
export {
  checkForUpdates,
  type CheckOptions,
  type UpdateCheck,
} from "./update_check.ts";
export { VersionSwap } from "./version_swap.ts";
